import { fieldOf, isObject } from '../shape.js';

/**
 * Commands that wait for something, or are of the connection alone: nothing is lost with them. All others may write, and a caller may wait
 * for their answer.
 */
const HARMLESS: ReadonlySet<string> = new Set([
  ...['blpop', 'brpop', 'brpoplpush', 'blmove', 'blmpop', 'bzpopmin', 'bzpopmax', 'bzmpop'],
  ...['xread', 'xreadgroup', 'wait', 'waitaof', 'monitor'],
  ...['subscribe', 'psubscribe', 'ssubscribe', 'unsubscribe', 'punsubscribe', 'sunsubscribe'],
  ...['auth', 'client', 'cluster', 'command', 'echo', 'hello', 'info', 'ping', 'quit', 'readonly', 'role', 'select'],
]);

/** Whether a command of this name may lose something when it is cut. */
export function mayLose(name: unknown): boolean {
  return typeof name === 'string' && !HARMLESS.has(name.toLowerCase());
}

/** What the report says of commands that were cut. */
export function describeCommands(count: number): string | undefined {
  return count > 0 ? `${count} commands that Redis has not answered` : undefined;
}

/**
 * How many commands of a client of ioredis have no answer: those that were sent, and those that wait for a connection. Of a cluster, those that wait
 * for one. Both lists are private, read in 5 and 6; 0 where they are not known.
 */
export function unansweredBy(client: unknown): number {
  if (!isObject(client)) return 0;
  return [fieldOf(client, 'commandQueue'), fieldOf(client, 'offlineQueue')].flatMap(entriesOf).filter(isLost).length;
}

/** Of a deque of `denque`. */
function entriesOf(queue: unknown): readonly unknown[] {
  if (!isObject(queue)) return [];
  const toArray = fieldOf(queue, 'toArray');
  const entries: unknown = typeof toArray === 'function' ? Reflect.apply(toArray, queue, []) : [];
  return Array.isArray(entries) ? entries : [];
}

function isLost(entry: unknown): boolean {
  const command = isObject(entry) ? fieldOf(entry, 'command') : undefined;
  return isObject(command) && mayLose(fieldOf(command, 'name'));
}
