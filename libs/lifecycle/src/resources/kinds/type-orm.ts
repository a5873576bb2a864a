import { defineKind } from '../define-kind.js';
import { fieldAt, fieldOf, hasFields, hasMethods, isObject } from '../shape.js';
import { waitUntil } from '../wait-until.js';

/** A data source of TypeORM 0.3. */
interface DataSource {
  readonly isInitialized: boolean;
  destroy(): Promise<void>;
}

export const typeOrm = defineKind<DataSource>({
  title: 'TypeORM DataSource',
  type: 'database',
  timeoutMs: 5000,
  is: (value): value is DataSource =>
    fieldOf(value, '@instanceof') === Symbol.for('DataSource') &&
    hasFields(value, { isInitialized: 'boolean' }) &&
    hasMethods(value, ['destroy']),
  failsTwice: ['destroy', 'close'],
  isClosed: ({ isInitialized }) => !isInitialized,
  // `destroy()` takes the connections of transactions that run.
  close: async (source, time) => {
    await waitUntil(() => runnersOf(source) === 0, time);
    await source.destroy();
  },
  unfinished: (source) => {
    const count = runnersOf(source);
    return count > 0 ? `queries of ${count} query runners of TypeORM` : undefined;
  },
  force: (source) => (runnersOf(source) > 0 ? source.destroy() : undefined),
  configured: (source) => ({
    at: addressesOf(source),
    changesSchema: ['synchronize', 'dropSchema']
      .filter((name) => fieldAt(source, 'options', name) === true)
      .map((name) => `${name}: true`)[0],
  }),
});

/** Query runners that hold a connection, or wait for one. Private to the driver, read in 0.3.31; 0 where it is not known. */
function runnersOf(source: DataSource): number {
  const runners = fieldAt(source, 'driver', 'connectedQueryRunners');
  return Math.max(Array.isArray(runners) ? runners.length : 0, usersOfPool(fieldAt(source, 'driver', 'master')));
}

/** Of a pool of pg, which gives no client to those that wait when it is ended. */
function usersOfPool(pool: unknown): number {
  if (!isObject(pool)) return 0;
  const count = (name: string): number => Number(Reflect.get(pool, name) ?? 0);
  return count('waitingCount') + count('totalCount') - count('idleCount');
}

/** Databases whose drivers connect to this machine where no host is given. */
const WITH_DEFAULT_HOST: ReadonlySet<unknown> = new Set(['postgres', 'mysql', 'mariadb', 'mongodb']);

/** Of the source, or of all databases of a replication. */
function addressesOf(source: DataSource): unknown[] {
  const option = (...path: string[]): unknown => fieldAt(source, 'options', ...path);
  const written = [
    option('url') ?? option('host'),
    option('replication', 'master', 'url') ?? option('replication', 'master'),
    option('replication', 'slaves'),
  ].filter((at) => at !== undefined);
  const isElsewhere = option('extra') !== undefined || option('socketPath') !== undefined;
  if (written.length > 0 || isElsewhere || !WITH_DEFAULT_HOST.has(option('type'))) return written;
  return [(option('type') === 'postgres' ? process.env['PGHOST'] : undefined) ?? 'localhost'];
}
