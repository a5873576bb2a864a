import { isObject } from '../errors/foreign-value.js';

/** What marks the messages between a primary and its workers: other code of the application may send messages too. */
const KEY = 'nestjs-lifecycle';

/** How far a worker is, as it tells its primary. `hello`: it will tell when it is ready, and can be told to stop. */
export type WorkerNotice = 'hello' | 'ready';

/** Why the parent process asks this one to stop. */
export interface StopOrder {
  readonly reason: string;
  /** The signal that the parent has got, if it was one. */
  readonly signal?: NodeJS.Signals;
}

/**
 * PM2 sends this with `shutdown_with_message`.
 * https://pm2.keymetrics.io/docs/usage/signals-clean-restart/
 */
export const SHUTDOWN_MESSAGE = 'shutdown';

/** A notice, as it is sent. */
export function noticeMessage(notice: WorkerNotice): object {
  return { [KEY]: notice };
}

/** The notice that a message is, if it is one. */
export function readNotice(message: unknown): WorkerNotice | undefined {
  const notice = isObject(message) ? message[KEY] : undefined;
  return notice === 'hello' || notice === 'ready' ? notice : undefined;
}

/** An order to stop, as it is sent. */
export function stopMessage({ reason, signal }: StopOrder): object {
  return { [KEY]: 'stop', reason, ...(signal !== undefined && { signal }) };
}

/** The order to stop that a message is, if it is one. */
export function readStopOrder(message: unknown): StopOrder | undefined {
  if (message === SHUTDOWN_MESSAGE) return { reason: 'shutdown message' };
  if (!isObject(message) || message[KEY] !== 'stop') return undefined;
  const { reason, signal } = message;
  return {
    reason: typeof reason === 'string' ? reason : 'stop message',
    // Only a primary of this library sends it, by the name that Node gave the signal.
    ...(typeof signal === 'string' && { signal: signal as NodeJS.Signals }),
  };
}

/** A worker is about to close its listener of a port. */
export interface ClosingQuestion {
  readonly port: number;
  /** Told by the answer. */
  readonly id: number;
}

/** What the primary has done: it accepts no connections on the port any more, or goes on for other workers. */
export type ClosingAnswer = 'closed' | 'open';

/** A question of a worker, as it is sent. */
export function closingMessage({ port, id }: ClosingQuestion): object {
  return { [KEY]: 'closing', port, id };
}

/** The question that a message is, if it is one. */
export function readClosing(message: unknown): ClosingQuestion | undefined {
  if (!isObject(message) || message[KEY] !== 'closing') return undefined;
  const { port, id } = message;
  return typeof port === 'number' && typeof id === 'number' ? { port, id } : undefined;
}

/** The answer to a question, as it is sent. */
export function closingAnswer({ id }: ClosingQuestion, answer: ClosingAnswer): object {
  return { [KEY]: answer, id };
}

/** The answer to the question of this number that a message is, if it is one. */
export function readClosingAnswer(message: unknown, id: number): ClosingAnswer | undefined {
  if (!isObject(message) || message['id'] !== id) return undefined;
  const answer = message[KEY];
  return answer === 'closed' || answer === 'open' ? answer : undefined;
}
