import { fieldAt, isObject } from '../shape.js';

/**
 * How many operations of a MongoClient hold a connection. Cursors that are open may hold one for as long as there is something to
 * watch, so they do not count. Private, read in mongodb 6.22 and 7.8; 0 where it is not known.
 */
export function operationsOf(client: unknown): number {
  if (!isObject(client)) return 0;
  const servers = fieldAt(client, 'topology', 's', 'servers');
  if (!(servers instanceof Map)) return 0;
  const cursors = fieldAt(client, 's', 'activeCursors');
  const open = cursors instanceof Set ? cursors.size : 0;
  return Math.max(0, [...servers.values()].map(checkedOut).reduce((sum, count) => sum + count, 0) - open);
}

function checkedOut(server: unknown): number {
  const pool = isObject(server) ? fieldAt(server, 'pool') : undefined;
  const count: unknown = isObject(pool) ? Reflect.get(pool, 'currentCheckedOutCount') : undefined;
  return typeof count === 'number' ? count : 0;
}
