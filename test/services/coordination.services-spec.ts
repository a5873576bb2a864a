import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { CoordinatedPlan } from '../programs/coordinated-plan.js';
import { HttpClient } from '../support/http-client.js';
import { type Program, startProgram } from '../support/program.js';
import { reportOf } from '../support/service.js';

const REDIS = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';
const POSTGRES = process.env['DATABASE_URL'] ?? 'postgres://root@127.0.0.1:5432/test';
const KINDS: readonly (readonly [through: CoordinatedPlan['through'], url: string])[] = [
  ['ioredis', REDIS],
  ['redis', REDIS],
  ['postgres', POSTGRES],
];
const PATIENCE_MS = 100_000;
const TIME_MS = 150_000;
/** With either Nest, and without. */
const INSTANCES = [
  { nest: 12 },
  { nest: 11 },
  { nest: 12, program: 'coordinated-plain' },
  { nest: 11, program: 'coordinated-plain' },
  { nest: 12 },
] as const;
const WORK_MS = 300;
/** Longer than any test. */
const NO_END_MS = 1_000_000;

type Plan = Pick<CoordinatedPlan, 'through' | 'url' | 'group' | 'limit'> &
  Partial<CoordinatedPlan> & {
    readonly nest?: 11 | 12;
    /** Default `coordinated`, with Nest. */
    readonly program?: 'coordinated' | 'coordinated-plain';
  };

/** Starts one instance of a group. */
async function start({ nest = 12, program: name = 'coordinated', limit, ...said }: Plan): Promise<Program> {
  const plan: CoordinatedPlan = {
    limit,
    maxWait: '120s',
    options: { gracePeriod: '300s', lameDuck: '50ms' },
    workMs: WORK_MS,
    ...said,
  };
  const program = startProgram(name, { nest, env: { COORDINATED: JSON.stringify(plan) } });
  await program.waitForLine(/listening on/, PATIENCE_MS);
  return program;
}

/** Starts one that has the only place of its group, and does not give it back. */
async function startHolder(plan: Omit<Plan, 'limit'>): Promise<Program> {
  const holder = await start({ ...plan, limit: 1, workMs: NO_END_MS });
  holder.signal('SIGTERM');
  await holder.waitForLine(/^phase: draining/, PATIENCE_MS);
  return holder;
}

/** How one has ended, and what became of its turns. */
async function endOf(program: Program) {
  const { code, output } = await program.exit;
  const { outcome, turns } = reportOf({ output });
  return { code, outcome, turns: turns.map(({ result, error }) => error ?? result), output };
}

/** A server that accepts connections, and never says anything. */
async function silentServer(): Promise<{ port: number; stop(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket.on('error', () => undefined)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const stop = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await once(server.close(), 'close');
  };
  // Of a server that listens on a port.
  return { port: (server.address() as AddressInfo).port, stop };
}

/** When a program has said so, on the clock of the machine. */
function atOf(output: string, what: string): bigint {
  const at = new RegExp(`^${what} at (\\d+)$`, 'm').exec(output)?.[1];
  if (at === undefined) throw new Error(`no line of ${what}\n${output}`);
  return BigInt(at);
}

/** How many of them were in the drain at the same time, at most. */
function mostAtOnce(outputs: readonly string[]): number {
  const drains = outputs.map((output) => ({ from: atOf(output, 'phase: draining'), to: atOf(output, 'freeing') }));
  return Math.max(...drains.map(({ from }) => drains.filter((other) => other.from <= from && from < other.to).length));
}

describe.each(KINDS)('instances that take turns through %s', (through, url) => {
  const group = `orders-${randomUUID()}`;

  it(
    'are all told to stop at once, and no more than two drain at the same time',
    async () => {
      const programs = await Promise.all(INSTANCES.map((one) => start({ through, url, group, limit: 2, ...one })));
      for (const program of programs) program.signal('SIGTERM');
      const ends = await Promise.all(programs.map(endOf));
      for (const { output, ...end } of ends) {
        expect({ ...end, output }).toEqual({ code: 0, outcome: 'clean', turns: ['taken'], output });
      }
      expect(mostAtOnce(ends.map(({ output }) => output))).toBeLessThanOrEqual(2);
    },
    TIME_MS,
  );

  it(
    'serve while they wait, and get the place of one that is killed',
    async () => {
      const holder = await startHolder({ through, url, group: `${group}-killed` });
      const next = await start({ through, url, group: `${group}-killed`, limit: 1 });
      const client = new HttpClient(await next.url());
      next.signal('SIGTERM');
      await next.waitForLine(/^phase: lame-duck/, PATIENCE_MS);
      const { outcome, headers } = await client.request();
      expect({ outcome, connection: headers.get('connection') }).toEqual({ outcome: 'ok', connection: 'close' });
      expect(next.output).not.toMatch(/^phase: draining/m);
      await holder.kill();
      expect(await endOf(next)).toMatchObject({ code: 0, outcome: 'clean', turns: ['taken'] });
    },
    TIME_MS,
  );

  it(
    'drain without a turn when its share of the time is up: another one does not end, or the server hangs',
    async () => {
      const silent = await silentServer();
      const hanging = new URL(url);
      hanging.port = String(silent.port);
      await startHolder({ through, url, group: `${group}-held` });
      for (const where of [url, hanging.href]) {
        const late = await start({ through, url: where, group: `${group}-held`, limit: 1, maxWait: '1s' });
        late.signal('SIGTERM');
        expect(await endOf(late)).toMatchObject({ code: 0, outcome: 'clean', turns: ['late'] });
      }
      await silent.stop();
    },
    TIME_MS,
  );
});
