import { defineKind } from '../define-kind.js';
import { fieldAt, hasMethods } from '../shape.js';

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
  close: (client) => client.disconnect(),
});
