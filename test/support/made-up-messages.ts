import { type Delivery, type MessageRecord } from '../../libs/rollout/src/ledger/message-record.js';
import { type MessagePlan } from '../../libs/rollout/src/load/messages/message-plan.js';
import { MadeUpRollout, type MadeUpScenario } from './made-up-rollout.js';

/** What is sent in a rollout that never was. */
export function planOfMessages(said: Partial<MessagePlan> = {}): MessagePlan {
  return {
    ...{ broker: 'rabbitmq', url: 'amqp://user:secret@broker:5672', queue: 'orders', prefix: 'bull', body: '{n}' },
    ...{ pattern: undefined, jobName: 'rehearsal', jobAttempts: 1, expectsReply: false, perSecond: 20, backlog: 20 },
    ...{ handledLine: 'saved {n}', twice: 'fail', ...said },
  };
}

/** A message as it is told: what is left out did not happen. */
export type MadeUpMessage = Partial<Omit<MessageRecord, 'deliveries'>> & {
  readonly deliveries?: readonly (Partial<Delivery> & { readonly at: number })[];
};

/** What a pod was given, `old` where nothing else is said, and has to acknowledge. */
function deliveryOf(said: Partial<Delivery> & { readonly at: number }): Delivery {
  return { pod: 'old', needsAcknowledgement: true, settled: undefined, connectionEnd: undefined, ...said };
}

/** A rollout of consumers: the old pod gets SIGTERM at 10 000. */
export class MessageRollout extends MadeUpRollout {
  waiting = 0;

  constructor(plan: Partial<MessagePlan> = {}, scenario: MadeUpScenario = {}) {
    super({ ...scenario, messages: planOfMessages(plan) });
    this.records.splice(0);
    this.messages = { records: [], left: { waiting: 0 }, connectedPods: ['old', 'other', 'new'] };
  }

  /** One message. */
  message({ deliveries = [], ...said }: MadeUpMessage): this {
    const before = this.messages?.records ?? [];
    const record: MessageRecord = {
      ...{ id: before.length + 1, sentAt: 9000, acceptedAt: 9001, refusal: undefined, done: [], failures: [], ...said },
      deliveries: deliveries.map((delivery) => deliveryOf(delivery)),
    };
    this.messages = {
      records: [...before, record],
      left: { waiting: this.waiting },
      connectedPods: ['old', 'other', 'new'],
    };
    return this;
  }

  /** One that was done and acknowledged. */
  handled(pod = 'other'): this {
    const settled = { at: 9110, how: 'acknowledged' } as const;
    return this.message({ deliveries: [{ pod, at: 9010, settled }], done: [{ pod, at: 9100 }] });
  }

  /** So many wait in the queue in the end. */
  leaves(waiting: number): this {
    this.waiting = waiting;
    if (this.messages !== undefined) this.messages = { ...this.messages, left: { waiting } };
    return this;
  }
}

/** One of each fate that there is. */
export function messageRollout(): MessageRollout {
  return new MessageRollout()
    .exit(10_050, { code: 143, signal: 'SIGTERM' })
    .handled()
    .message({ deliveries: [{ at: 9950, connectionEnd: { at: 10_049, how: 'cut' } }] })
    .message({ deliveries: [{ at: 9940, settled: { at: 9941, how: 'acknowledged' } }] })
    .message({
      deliveries: [{ at: 9900, settled: { at: 9990, how: 'refused' } }],
      failures: [{ pod: 'old', at: 9990, detail: 'no database' }],
    })
    .message({ sentAt: 10_100, acceptedAt: undefined, refusal: 'the queue is not there any more' })
    .message({})
    .leaves(1);
}
