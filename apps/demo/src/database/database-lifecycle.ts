import { Injectable, Logger } from '@nestjs/common';
import { OnGracefulShutdown, ReadinessGate, type ReadinessCheck, type ShutdownContext } from 'nestjs-lifecycle';
import { Database } from './database.js';

/** Lets traffic in only while the database answers, and closes it when nothing needs it any more. */
@Injectable()
@ReadinessGate({ name: 'database', timeout: '1s' })
export class DatabaseLifecycle implements ReadinessCheck {
  private readonly logger = new Logger('Database');

  constructor(private readonly database: Database) {}

  check(): Promise<void> {
    return this.database.ping();
  }

  /** 80 is for databases: after requests, background work and the outbox (60), which all write to it. */
  @OnGracefulShutdown({ priority: 80, name: 'database' })
  async close({ remainingMs }: ShutdownContext): Promise<void> {
    this.logger.log(`closing, ${Math.round(remainingMs)} ms left`);
    await this.database.close();
    this.logger.log('closed');
  }
}
