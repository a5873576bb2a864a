import { defineKind } from '../define-kind.js';
import { callsOf, countCalls } from '../count-calls.js';
import { fieldAt, hasMethods } from '../shape.js';
import { waitUntil } from '../wait-until.js';

/** A producer, a consumer or an admin client of kafkajs 2. */
interface KafkaJs {
  disconnect(): Promise<void>;
}

/** It does not show whether it is connected. */
export const kafkaJs = defineKind<KafkaJs>({
  title: 'kafkajs client',
  type: 'client',
  timeoutMs: 5000,
  is: (value): value is KafkaJs =>
    /^(producer|consumer|admin)\.disconnect$/.test(String(fieldAt(value, 'events', 'DISCONNECT'))) &&
    hasMethods(value, ['connect', 'disconnect', 'logger', 'on']),
  closers: ['disconnect'],
  openers: ['connect'],
  // A producer says nothing of what it is sending, and `disconnect()` cuts that.
  follow: (client) => countCalls(client, ['send', 'sendBatch']),
  close: async (client, time) => {
    await waitUntil(() => callsOf(client) === 0, time);
    await client.disconnect();
  },
  unfinished: (client) => (callsOf(client) > 0 ? `${callsOf(client)} sends of a kafkajs producer` : undefined),
  force: (client) => client.disconnect(),
});
