import { promisify } from 'node:util';
import { defineKind } from '../define-kind.js';
import { fieldAt, fieldOf, hasFields, hasMethods, isObject } from '../shape.js';
import { destroyStream } from './mysql2-pool.js';

/** A connection of mysql2 3 without a pool, read in 3.24; the promise side of it works on the same one. */
interface Mysql2Connection {
  end(callback: (error: unknown) => void): void;
}

export const mysql2Connection = defineKind<Mysql2Connection>({
  title: 'mysql2 connection',
  type: 'database',
  timeoutMs: 5000,
  // One of a pool belongs to its pool.
  is: (value): value is Mysql2Connection =>
    hasFields(value, { config: 'object', stream: 'object', _commands: 'object', _internalId: 'number' }) &&
    !('_pool' in value) &&
    hasMethods(value, ['beginTransaction', 'end', 'query', 'execute', 'ping']),
  isClosed: (connection) =>
    fieldOf(connection, '_closing') === true || isObject(fieldOf(connection, '_fatalError')) || isCut(connection),
  // It says goodbye when the commands before have ended.
  close: (connection) => promisify((done: (error: unknown) => void) => connection.end(done))(),
  unfinished: (connection) =>
    isObject(fieldOf(connection, '_command')) ? 'queries of a mysql2 connection' : undefined,
  force: destroyStream,
  configured: (connection) => ({ at: [fieldAt(connection, 'config', 'host')] }),
});

function isCut(connection: Mysql2Connection): boolean {
  const stream = fieldOf(connection, 'stream');
  return isObject(stream) && Reflect.get(stream, 'destroyed') === true;
}
