import { randomUUID } from 'node:crypto';
import { connect } from 'amqplib';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { build } from '../support/build.js';
import { createDemoSchema, type DemoSchema } from '../support/demo-schema.js';
import { startFleet } from '../support/fleet.js';
import type { Program } from '../support/program.js';

/** Minutes of a soak, see `npm run test:soak`; one round otherwise. */
const minutes = process.env['FLEET_MINUTES'];
const howLong = minutes === undefined ? ['--rounds', '1'] : ['--minutes', minutes];
const ENOUGH_MS = (Number(minutes ?? 0) + 10) * 60_000;

/** What the ledger must have of everything: nothing lost, and something of each kind. */
const KINDS = [
  'requests',
  'uploads',
  'sign-ins',
  'orders',
  'payments',
  'messages',
  'jobs',
  'edits',
  'sockets',
  'event streams',
  'instances',
];

async function expectNothingLost(program: Program): Promise<void> {
  const { code, output } = await program.exit;
  if (minutes !== undefined) console.log(output.slice(output.indexOf('  ledger')));
  expect(output).toContain('Nothing was lost, and nothing is half.');
  for (const kind of KINDS) {
    const [, begun, done, lost] = new RegExp(`^  ${kind} +(\\d+) +(\\d+) +(\\d+)$`, 'm').exec(output) ?? [];
    expect({ kind, done, lost }).toEqual({ kind, done: begun, lost: '0' });
    expect(Number(begun)).toBeGreaterThan(0);
  }
  expect(code).toBe(0);
}

/** What the page has told of: phases, whether anything was in flight, kinds of which something was begun. */
interface Seen {
  readonly phases: ReadonlySet<string>;
  readonly inFlight: number;
  readonly begun: readonly string[];
}

interface State {
  readonly services: readonly {
    readonly instances: readonly { readonly phase: string; readonly inFlight: number }[];
  }[];
  readonly totals: Readonly<Record<string, { readonly begun: number }>>;
}

/** Follows the page to its end. */
async function followPage(program: Program): Promise<Seen> {
  const [, url = ''] = await program.waitForLine(/the page is at (\S+)/);
  const html = await fetch(url);
  expect(html.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(await html.text()).toContain("new EventSource('/state')");
  const phases = new Set<string>();
  let [inFlight, rest, totals]: [number, string, State['totals']] = [0, '', {}];
  const { body } = await fetch(new URL('/state', url));
  for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const events = `${rest}${chunk}`.split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) {
      const state = JSON.parse(event.slice('data: '.length)) as State; // of our own page
      const instances = state.services.flatMap((service) => service.instances);
      for (const { phase } of instances) phases.add(phase);
      inFlight = Math.max(inFlight, ...instances.map((instance) => instance.inFlight));
      ({ totals } = state);
    }
  }
  return { phases, inFlight, begun: Object.keys(totals).filter((kind) => (totals[kind]?.begun ?? 0) > 0) };
}

/** Names of this run alone on servers that others use too. */
class Servers {
  readonly prefix = `fleet-${randomUUID().slice(0, 8)}`;
  readonly rabbitmq = process.env['RABBITMQ_URL'] ?? 'amqp://127.0.0.1:5672';
  readonly redis = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';

  private constructor(private readonly schema: DemoSchema) {}

  static async create(): Promise<Servers> {
    return new Servers(await createDemoSchema());
  }

  get variables(): Record<string, string> {
    return {
      DATABASE_URL: this.schema.url,
      REDIS_URL: this.redis,
      RABBITMQ_URL: this.rabbitmq,
      FLEET_PREFIX: this.prefix,
    };
  }

  /** How many rows of a table there are, by SQL that ends in its name. */
  async count(table: string): Promise<number> {
    const client = new Client(this.schema.url);
    await client.connect();
    try {
      const { rows } = await client.query<{ count: number }>(`select count(*)::int as count from ${table}`);
      return rows[0]?.count ?? 0;
    } finally {
      await client.end();
    }
  }

  /** Removes the queue of messages. @returns how many it still had */
  async removeQueue(): Promise<number> {
    const connection = await connect(this.rabbitmq);
    const channel = await connection.createChannel();
    const { messageCount } = await channel.checkQueue(`${this.prefix}.messages`);
    await channel.deleteQueue(`${this.prefix}.messages`);
    await connection.close();
    return messageCount;
  }

  /** Removes the keys of sessions and jobs. @returns the names that they begin with */
  async removeKeys(): Promise<readonly string[]> {
    const redis = new Redis(this.redis);
    const keys = await redis.keys(`${this.prefix}*`);
    if (keys.length > 0) await redis.del(keys);
    await redis.quit();
    return [...new Set(keys.map((key) => key.split(':', 2).join(':')))].toSorted();
  }

  remove(): Promise<void> {
    return this.schema.remove();
  }
}

describe('a fleet of four services that is rolled under load', () => {
  beforeAll(() => build('fleet'));

  it(
    'loses nothing with Node alone, and its page shows how it goes',
    async () => {
      const program = startFleet(['--roll', ...howLong]);
      const seen = await followPage(program);
      await expectNothingLost(program);
      expect([...seen.phases]).toEqual(expect.arrayContaining(['ready', 'lame-duck']));
      // An instance that starts is on the page before it is ready; on a busy machine it is so before it has said its phase.
      expect(seen.phases.has('starting') || seen.phases.has('')).toBe(true);
      expect(seen.inFlight).toBeGreaterThan(0);
      expect(seen.begun.toSorted()).toEqual(KINDS.toSorted());
    },
    ENOUGH_MS,
  );

  it(
    'loses nothing with PostgreSQL, Redis and RabbitMQ, and uses all three',
    async () => {
      const servers = await Servers.create();
      try {
        await expectNothingLost(startFleet(['--roll', ...howLong], servers.variables));
        // Those that wait are no longer there; what is there went over the servers, and not through the tables.
        expect(await servers.removeQueue()).toBe(0);
        expect(await servers.removeKeys()).toEqual([`${servers.prefix}-bull:exports`, `${servers.prefix}:session`]);
        expect(await servers.count('sessions')).toBe(0);
        expect(await servers.count('exports where taken_at is not null')).toBe(0);
      } finally {
        await servers.remove();
      }
    },
    ENOUGH_MS,
  );
});
