import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { ClientProxy } from '@nestjs/microservices';
import { GracefulShutdown } from 'nestjs-lifecycle';
import { firstValueFrom, timeout } from 'rxjs';
import { type BrokerKind, brokerKind } from '../messages/broker.js';
import { Outbox } from '../messages/outbox.js';
import { Poll } from '../messages/poll.js';
import type { Message } from '../messages/topics.js';
import { Settings } from '../stack/settings.js';

/** The client of the broker; `undefined` without one. */
export const BROKER = Symbol('BROKER');

const ANSWER_MS = 5000;

/** Publishes the outbox. What it leaves behind when it stops, another instance publishes. */
@Injectable()
export class Publisher implements OnApplicationBootstrap {
  private readonly kind: BrokerKind;

  constructor(
    @Inject(BROKER) private readonly broker: ClientProxy | undefined,
    private readonly outbox: Outbox,
    private readonly shutdown: GracefulShutdown,
    settings: Settings,
  ) {
    this.kind = brokerKind(settings.variables);
  }

  onApplicationBootstrap(): void {
    const { broker } = this;
    if (broker === undefined) return;
    const publishAll = (messages: readonly Message[]) =>
      Promise.all(messages.map((message) => this.publish(broker, message))).then(() => undefined);
    new Poll('outbox', () => this.outbox.next(publishAll)).start(this.shutdown);
  }

  /** Resolves when RabbitMQ has confirmed the message, or the worker has answered it: NATS keeps none. */
  private async publish(broker: ClientProxy, { topic, subject }: Message): Promise<void> {
    const sent = this.kind === 'nats' ? broker.send(topic, subject) : broker.emit(topic, subject);
    await firstValueFrom(sent.pipe(timeout(ANSWER_MS)), { defaultValue: undefined });
  }
}
