import { replaceMethod } from '../../patching/replace-method.js';
import { defineKind } from '../define-kind.js';
import { hasFields, hasMethods } from '../shape.js';

/** A Pushgateway of prom-client 14 and 15. It keeps neither its job nor what it pushes: both are in its calls. */
interface Pushgateway {
  push(...args: unknown[]): unknown;
  pushAdd(...args: unknown[]): unknown;
}

/** The last push of the application: how, with which job and groupings, and its end. */
interface LastPush {
  readonly method: 'push' | 'pushAdd';
  readonly args: readonly unknown[];
  readonly ended: Promise<unknown>;
}

const METHODS = ['push', 'pushAdd'] as const;
const lastPushes = new WeakMap<object, LastPush>();

/** What has been counted since the last push would be lost with the process. */
export const pushgateway = defineKind<Pushgateway>({
  title: 'Pushgateway',
  type: 'telemetry',
  timeoutMs: 2000,
  is: (value): value is Pushgateway =>
    hasFields(value, { registry: 'object', gatewayUrl: 'string', requestOptions: 'object' }) &&
    hasMethods(value, ['push', 'pushAdd', 'delete']),
  follow: (gateway) => {
    const undo = METHODS.map((method) =>
      replaceMethod(gateway, method, (original) => {
        return function (...args) {
          const answer = Reflect.apply(original, this, args);
          lastPushes.set(gateway, { method, args, ended: Promise.allSettled([answer]) });
          return answer;
        };
      }),
    );
    return () => {
      for (const each of undo) each();
    };
  },
  // Without a push its job is not known, and there is nothing that the gateway waits for.
  isClosed: (gateway) => !lastPushes.has(gateway),
  close: async (gateway) => {
    const last = lastPushes.get(gateway);
    if (last === undefined) return;
    // An earlier push that arrives later would put older values in place of these.
    await last.ended;
    await gateway[last.method](...last.args);
  },
  unfinished: () => 'the last values that a Pushgateway has not taken',
});
