import { Global, Module } from '@nestjs/common';
import { DemoSettings } from '../settings/demo-settings.js';
import { DatabaseLifecycle } from './database-lifecycle.js';
import { Database } from './database.js';
import { openDatabase } from './open-database.js';

/** One open database for the whole service. */
@Global()
@Module({
  providers: [{ provide: Database, inject: [DemoSettings], useFactory: openDatabase }, DatabaseLifecycle],
  exports: [Database],
})
export class DatabaseModule {}
