import { type MessagePlan } from '../load/messages/message-plan.js';
import { MessageMarks } from '../load/messages/message-text.js';
import { tellLeftBehind } from './left-behind.js';

const PLAN: MessagePlan = {
  ...{ broker: 'rabbitmq', url: 'amqp://127.0.0.1', queue: 'orders', prefix: 'bull', body: '{}', pattern: undefined },
  ...{ jobName: 'job', jobAttempts: 1, expectsReply: false, handledLine: undefined, perSecond: 10, backlog: 10 },
  twice: 'warn',
};

describe('what is said of messages that stay', () => {
  const tell = (plan: Pick<MessagePlan, 'broker' | 'url' | 'queue'>): string | undefined =>
    tellLeftBehind({ ...PLAN, ...plan }, new MessageMarks('r'), 2);

  it.each([
    ['orders', '', 'rabbitmqctl purge_queue orders'],
    ['my orders; id', '/', "rabbitmqctl purge_queue 'my orders; id'"],
    ["it's", '/of%20shop', String.raw`rabbitmqctl purge_queue -p 'of shop' 'it'\''s'`],
  ])('is a command for a shell, of the queue %p at %p', (queue, path, command) => {
    const told = tell({ broker: 'rabbitmq', url: `amqp://127.0.0.1${path}`, queue });
    expect(told?.split('To empty it: ')[1]).toBe(command);
  });

  it('is a statement of JavaScript for BullMQ', () => {
    const told = tell({ broker: 'bullmq', url: 'redis://127.0.0.1', queue: "it's" });
    expect(told).toMatch(/new Queue\("it's", \{.+\}\)\.obliterate\(\{ force: true \}\)$/);
  });
});
