import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { OnGracefulShutdown, type ShutdownContext } from 'nestjs-lifecycle';
import { DemoSettings } from '../settings/demo-settings.js';
import { Outbox, type Message } from './outbox.js';

/** Publishes the outbox in the background, and what is left of it on the way out. */
@Injectable()
export class OutboxPublisher implements OnApplicationBootstrap {
  private readonly logger = new Logger('Outbox');
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<number> | undefined;

  constructor(
    private readonly outbox: Outbox,
    private readonly settings: DemoSettings,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.publishInBackground(), this.settings.outboxMs).unref();
  }

  /** 60 is for producers: after the requests that still add messages, before the database (80) that holds them. */
  @OnGracefulShutdown({ priority: 60, name: 'outbox' })
  async flush({ signal, remainingMs }: ShutdownContext): Promise<void> {
    clearInterval(this.timer);
    this.logger.log(`flushing, ${Math.round(remainingMs)} ms left`);
    await this.running?.catch(() => undefined);
    let published = 0;
    for (let count = 1; count > 0 && !signal.aborted; published += count) count = await this.publishBatch();
    this.logger.log(`flushed, ${published} published on the way out`);
  }

  private async publishInBackground(): Promise<void> {
    if (this.running) return;
    this.running = this.publishBatch();
    try {
      await this.running;
    } catch (error) {
      this.logger.warn(`nothing published, the next round tries again: ${String(error)}`);
    } finally {
      this.running = undefined;
    }
  }

  private publishBatch(): Promise<number> {
    return this.outbox.publishBatch((messages) => this.publish(messages));
  }

  /** The demo's message broker is its log. */
  private async publish(messages: readonly Message[]): Promise<void> {
    const first = messages[0];
    if (first) this.logger.log(`published ${messages.length}, from ${first.topic} ${first.orderId} on`);
  }
}
