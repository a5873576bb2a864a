import { Module } from '@nestjs/common';
import { OutboxPublisher } from './outbox-publisher.js';
import { Outbox } from './outbox.js';

/** Messages for other services. */
@Module({ providers: [Outbox, OutboxPublisher], exports: [Outbox] })
export class OutboxModule {}
