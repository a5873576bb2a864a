import { setTimeout } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { GracefulShutdown } from 'nestjs-lifecycle';
import { Database } from '../database/database.js';
import { DemoSettings } from '../settings/demo-settings.js';

/** Tells customers that their order was taken, after they have their answer. */
@Injectable()
export class Confirmations {
  private readonly logger = new Logger('Confirmations');

  constructor(
    private readonly shutdown: GracefulShutdown,
    private readonly database: Database,
    private readonly settings: DemoSettings,
  ) {}

  /** Starts sending and returns at once: a shutdown waits for it as it waits for a request. */
  start(orderId: number): void {
    this.shutdown
      .track('order confirmation', (signal) => this.send(orderId, signal))
      .catch((error: unknown) => this.logger.warn(`order ${orderId} was not confirmed: ${String(error)}`));
  }

  private async send(orderId: number, signal: AbortSignal): Promise<void> {
    await setTimeout(this.settings.confirmationMs, undefined, { signal });
    await this.database.query('update orders set confirmed_at = now() where id = $1', [orderId]);
  }
}
