import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { GracefulShutdownModule } from 'nestjs-lifecycle';
import { DatabaseModule } from './database/database.module.js';
import { HealthModule } from './health/health.module.js';
import { HelpController } from './help/help.controller.js';
import { OrdersModule } from './orders/orders.module.js';
import { ReportModule } from './report/report.module.js';
import { SettingsModule } from './settings/settings.module.js';

/** The order service. */
@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true }),
    GracefulShutdownModule.forRoot(),
    SettingsModule,
    DatabaseModule,
    OrdersModule,
    ReportModule,
    HealthModule,
  ],
  controllers: [HelpController],
})
export class AppModule {}
