import { defineKind } from '../define-kind.js';
import { fieldAt, hasFields, hasMethods, isObject } from '../shape.js';

/** Sequelize 6. */
interface Sequelize {
  readonly connectionManager: object;
  close(): Promise<void>;
}

export const sequelize = defineKind<Sequelize>({
  title: 'Sequelize',
  type: 'database',
  timeoutMs: 5000,
  is: (value): value is Sequelize =>
    hasFields(value, { connectionManager: 'object', models: 'object', options: 'object', config: 'object' }) &&
    hasMethods(value, ['authenticate', 'close', 'define', 'query', 'transaction']),
  // Read in 6.37: `close()` puts a `getConnection` that throws on the connection manager itself.
  isClosed: ({ connectionManager }) => Object.hasOwn(connectionManager, 'getConnection'),
  // Waits for connections that are in use, as long as it takes.
  close: (client) => client.close(),
  unfinished: (client) => {
    const pool = fieldAt(client, 'connectionManager', 'pool');
    const using: unknown = isObject(pool) ? Reflect.get(pool, 'using') : undefined;
    return using === 0 ? undefined : 'queries that held a connection of Sequelize';
  },
  force: (client) => {
    const pool = fieldAt(client, 'connectionManager', 'pool');
    if (!isObject(pool) || !hasMethods(pool, ['destroyAllNow'])) return undefined;
    return Reflect.apply(Reflect.get(pool, 'destroyAllNow') as () => unknown, pool, []);
  },
  configured: (client) => ({
    // SQLite is a file, and has the default host all the same.
    at: fieldAt(client, 'options', 'dialect') === 'sqlite' ? [] : [fieldAt(client, 'config', 'host')],
  }),
});
