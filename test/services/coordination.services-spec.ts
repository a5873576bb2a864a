import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { CoordinatedPlan } from '../programs/coordinated.js';
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
const INSTANCES = 5;
const WORK_MS = 300;
/** Longer than any test. */
const NO_END_MS = 1_000_000;

type Plan = Pick<CoordinatedPlan, 'through' | 'url' | 'limit'> & Partial<CoordinatedPlan>;

/** Starts instances of one group. */
async function start(count: number, { limit, ...said }: Plan): Promise<Program[]> {
  const plan: CoordinatedPlan = {
    group: `orders-${randomUUID()}`,
    limit,
    maxWait: '120s',
    options: { gracePeriod: '300s', lameDuck: '50ms' },
    workMs: WORK_MS,
    ...said,
  };
  const env = { COORDINATED: JSON.stringify(plan) };
  const programs = Array.from({ length: count }, (_, index) =>
    startProgram('coordinated', { nest: index % 2 === 0 ? 12 : 11, env }),
  );
  await Promise.all(programs.map((program) => program.waitForLine(/listening on/, PATIENCE_MS)));
  return programs;
}

/** When a phase of a program has begun, on the clock of the machine. */
function atOf(output: string, phase: string): bigint {
  const at = new RegExp(`^phase: ${phase} at (\\d+)$`, 'm').exec(output)?.[1];
  if (at === undefined) throw new Error(`no phase ${phase}\n${output}`);
  return BigInt(at);
}

/** How many of them were in the drain at the same time, at most. */
function mostAtOnce(outputs: readonly string[]): number {
  const drains = outputs.map((output) => ({ from: atOf(output, 'draining'), to: atOf(output, 'closing') }));
  return Math.max(...drains.map(({ from }) => drains.filter((other) => other.from <= from && from < other.to).length));
}

describe.each(KINDS)('instances that take turns through %s', (through, url) => {
  it(
    'are all told to stop at once, and no more than two drain at the same time',
    async () => {
      const programs = await start(INSTANCES, { through, url, limit: 2 });
      for (const program of programs) program.signal('SIGTERM');
      const ends = await Promise.all(programs.map(({ exit }) => exit));
      for (const { code, output } of ends) {
        const { outcome, turns } = reportOf({ output });
        const told = { code, outcome, turns: turns.map(({ result, error }) => error ?? result) };
        expect({ ...told, output }).toEqual({ code: 0, outcome: 'clean', turns: ['taken'], output });
      }
      expect(mostAtOnce(ends.map(({ output }) => output))).toBeLessThanOrEqual(2);
    },
    TIME_MS,
  );

  it(
    'serve while they wait, and get the place of one that is killed',
    async () => {
      const group = `orders-${randomUUID()}`;
      const [holder] = await start(1, { through, url, limit: 1, group, workMs: NO_END_MS });
      const [next] = await start(1, { through, url, limit: 1, group });
      holder?.signal('SIGTERM');
      await holder?.waitForLine(/^phase: draining/, PATIENCE_MS);
      const address = await next?.url();
      next?.signal('SIGTERM');
      await next?.waitForLine(/^phase: lame-duck/, PATIENCE_MS);
      const answer = await new HttpClient(address ?? '').request();
      expect({ outcome: answer.outcome, connection: answer.headers.get('connection') }).toEqual({
        outcome: 'ok',
        connection: 'close',
      });
      expect(next?.output).not.toMatch(/^phase: draining/m);
      await holder?.kill();
      const end = await next?.exit;
      const { outcome, turns } = reportOf({ output: end?.output ?? '' });
      expect({ code: end?.code, outcome, turns }).toMatchObject({
        code: 0,
        outcome: 'clean',
        turns: [{ group, limit: 1, result: 'taken' }],
      });
    },
    TIME_MS,
  );

  it(
    'drain without a turn when its share of the time is up: another one does not end, or the server hangs',
    async () => {
      const sockets = new Set<Socket>();
      const silent = createServer((socket) => sockets.add(socket.on('error', () => undefined)));
      await once(silent.listen(0, '127.0.0.1'), 'listening');
      const address = silent.address();
      const hanging = new URL(url);
      hanging.port = String(typeof address === 'object' ? address?.port : '');
      const group = `orders-${randomUUID()}`;
      const [holder] = await start(1, { through, url, limit: 1, group, workMs: NO_END_MS });
      holder?.signal('SIGTERM');
      await holder?.waitForLine(/^phase: draining/, PATIENCE_MS);
      const [late] = await start(1, { through, url, limit: 1, group, maxWait: '1s' });
      const [cut] = await start(1, { through, url: hanging.href, limit: 1, group, maxWait: '1s' });
      for (const program of [late, cut]) {
        program?.signal('SIGTERM');
        const end = await program?.exit;
        const { outcome, turns } = reportOf({ output: end?.output ?? '' });
        expect({ code: end?.code, outcome, turns }).toMatchObject({
          code: 0,
          outcome: 'clean',
          turns: [{ group, limit: 1, result: 'late' }],
        });
      }
      for (const socket of sockets) socket.destroy();
      await once(silent.close(), 'close');
    },
    TIME_MS,
  );
});
