import { type EventEmitter, once } from 'node:events';
import { defineKind } from '../define-kind.js';
import { fieldAt, fieldOf, hasFields, hasMethods, isObject } from '../shape.js';
import { waitUntil } from '../wait-until.js';

/** A logger of winston 3. */
interface Winston extends EventEmitter {
  end(): unknown;
}

export const winston = defineKind<Winston>({
  title: 'winston logger',
  type: 'log',
  timeoutMs: 5000,
  is: (value): value is Winston =>
    hasFields(value, { levels: 'object', exceptions: 'object', rejections: 'object', profilers: 'object' }) &&
    hasMethods(value, ['log', 'add', 'remove', 'configure', 'end', 'once']),
  isClosed: (logger) => fieldAt(logger, '_writableState', 'ending') === true,
  close: (logger, time) => waitUntil(() => pendingIn(logger) === 0, time),
  unfinished: (logger) => {
    const count = pendingIn(logger);
    return count > 0 ? `${count} lines of a winston logger` : undefined;
  },
  // Its transports finish with it.
  end: async (logger, { signal }) => {
    // A line that comes later is an error of the logger, which would end the process.
    logger.on('error', () => undefined);
    const finished = once(logger, 'finish', { signal });
    logger.end();
    await finished;
  },
});

/** Lines that wait in the logger, and in its transports. */
function pendingIn(logger: Winston): number {
  const transports: unknown = fieldAt(logger, '_readableState', 'pipes');
  const several: readonly unknown[] = Array.isArray(transports) ? transports : [transports];
  const all: readonly unknown[] = [logger, ...several];
  return all.reduce((sum: number, stream) => sum + lengthOf(stream), 0);
}

function lengthOf(stream: unknown): number {
  const state = isObject(stream) ? fieldOf(stream, '_writableState') : undefined;
  const length = isObject(state) ? fieldOf(state, 'length') : undefined;
  return typeof length === 'number' ? length : 0;
}
