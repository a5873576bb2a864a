import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { GracefulShutdown } from 'nestjs-lifecycle';
import { Outbox } from '../messages/outbox.js';
import { Poll } from '../messages/poll.js';
import { Receipts } from './receipts.js';

/** Reads the outbox itself, for a fleet without a broker. */
@Injectable()
export class OutboxReader implements OnApplicationBootstrap {
  constructor(
    private readonly outbox: Outbox,
    private readonly receipts: Receipts,
    private readonly shutdown: GracefulShutdown,
  ) {}

  onApplicationBootstrap(): void {
    new Poll('outbox messages', () =>
      this.outbox.next(async (messages, transaction) => {
        for (const message of messages) await this.receipts.write(message, transaction);
      }),
    ).start(this.shutdown);
  }
}
