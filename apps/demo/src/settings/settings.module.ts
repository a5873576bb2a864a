import { Global, Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { DemoSettings } from './demo-settings.js';

/** Gives every module the settings, read once. */
@Global()
@Module({
  providers: [
    {
      provide: DemoSettings,
      inject: [ConfigService],
      useFactory: (config: ConfigService) => new DemoSettings((name) => config.get<string>(name)),
    },
  ],
  exports: [DemoSettings],
})
export class SettingsModule {}
