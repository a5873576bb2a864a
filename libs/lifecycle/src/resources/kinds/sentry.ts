import { defineKind } from '../define-kind.js';
import { fieldAt, hasFields, hasMethods } from '../shape.js';

/** A client of Sentry 8 to 11. */
interface Sentry {
  /** Without a time it waits until all events are sent. */
  close(): PromiseLike<boolean>;
}

export const sentry = defineKind<Sentry>({
  title: 'Sentry client',
  type: 'telemetry',
  timeoutMs: 3000,
  is: (value): value is Sentry =>
    hasFields(value, { _options: 'object', _integrations: 'object', _outcomes: 'object', _hooks: 'object' }) &&
    hasMethods(value, ['captureException', 'captureEvent', 'flush', 'close', 'getOptions']),
  isClosed: (client) => fieldAt(client, '_options', 'enabled') === false,
  close: (client) => client.close(),
  unfinished: () => 'events that Sentry has not taken',
});
