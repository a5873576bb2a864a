import { setTimeout } from 'node:timers/promises';
import { type TimeLeft } from '../../in-flight/work-source.js';
import { type Closable, hasMethods, type ResourceKind } from '../resource-kind.js';

/** A pool of pg 8, read in pg-pool 3.14. */
interface PgPool {
  readonly totalCount: number;
  readonly idleCount: number;
  /** Callers that wait for a client. */
  readonly waitingCount: number;
  readonly ended: boolean;
  readonly ending: boolean;
  end(): Promise<void>;
}

/** How often it is looked whether the last caller has its client: no event says so. */
const LOOK_MS = 10;

class ClosablePgPool implements Closable {
  constructor(private readonly pool: PgPool) {}

  isClosed(): boolean {
    return this.pool.ending || this.pool.ended;
  }

  /** A pool that is ended gives no client to callers that wait for one: those come first. */
  async close({ signal }: TimeLeft): Promise<void> {
    while (this.pool.waitingCount > 0) await setTimeout(LOOK_MS, undefined, { signal });
    await this.pool.end();
  }

  /** Clients that were never given back keep `end()` from its end. */
  force(): string | undefined {
    const { totalCount, idleCount } = this.pool;
    for (const client of clientsOf(this.pool)) destroySocket(client);
    const count = totalCount - idleCount;
    return count > 0 ? `queries of ${count} clients that were never given back to a pg Pool` : undefined;
  }
}

export const pgPool: ResourceKind = {
  title: 'pg Pool',
  type: 'database',
  timeoutMs: 5000,
  recognise: (value) => (isPool(value) ? new ClosablePgPool(value) : undefined),
};

function isPool(value: object): value is PgPool {
  const counts = ['totalCount', 'idleCount', 'waitingCount'];
  return (
    counts.every((name) => typeof Reflect.get(value, name) === 'number') &&
    hasMethods(value, ['connect', 'end', 'query'])
  );
}

/** Private; where it has gone, the process ends with its connections. */
function clientsOf(pool: PgPool): unknown[] {
  const clients: unknown = Reflect.get(pool, '_clients');
  return Array.isArray(clients) ? clients : [];
}

function destroySocket(client: unknown): void {
  const stream: unknown = at(at(client, 'connection'), 'stream');
  if (typeof stream === 'object' && stream !== null && hasMethods(stream, ['destroy'])) {
    Reflect.apply(Reflect.get(stream, 'destroy') as () => void, stream, []);
  }
}

function at(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
