import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { GrpcClient } from '../support/grpc-client.js';
import { type Program } from '../support/program.js';
import { root } from '../support/repository.js';
import { compilePages, pagesToRun, statusOf, stopCleanly } from './page-programs.js';
import { blocksOfKind } from './pages.js';

/** Pages whose program is started by another file, because it needs more than a start and a stop. */
const ELSEWHERE = new Map([
  ['README', 'readme.spec.ts'],
  ['brokers', '../services/broker-pages.services-spec.ts'],
  ['rabbitmq', '../services/broker-pages.services-spec.ts'],
  ['kafka', '../services/broker-pages.services-spec.ts'],
  ['commands', 'commands.spec.ts'],
  ['standalone', 'standalone.spec.ts'],
  ['traces', 'traces.spec.ts'],
  ['report', 'readme.spec.ts'],
  ['long-lived', 'requests.spec.ts'],
  ['requests', 'requests.spec.ts'],
  ['time', 'requests.spec.ts'],
  ['pg-boss', '../services/queue-pages.services-spec.ts'],
  ['sqs', '../services/queue-pages.services-spec.ts'],
  // It needs Redis.
  ['jobs', '../services/jobs-page.services-spec.ts'],
]);

const here = pagesToRun().filter((page) => !ELSEWHERE.has(page));

/** What else the program of a page must do. It calls `stop` once, which sends SIGTERM, expects exit code 0 and returns the output. */
type PageCheck = (program: Program, stop: () => Promise<string>) => Promise<void>;

const CHECKS: Readonly<Record<string, PageCheck>> = {
  options: async (program, stop) => {
    expect(await statusOf(program, '/health/ready')).toBe(200);
    await stop();
  },
  // Elsewhere than in production it warns, and the status is for those who may see it.
  'production-readiness': async (program, stop) => {
    expect(await statusOf(program, '/admin/configuration')).toBe(403);
    const output = await stop();
    const shown =
      blocksOfKind('text')
        .find(({ page }) => page.name === 'production-readiness')
        ?.text.split('\n') ?? [];
    const problems = shown.filter((line) => line.startsWith('  - '));
    expect(problems).toHaveLength(2);
    for (const problem of problems) expect(output).toContain(`configuration: ${problem.slice(4)}`);
  },
  // In the order that the page says.
  hooks: async (_program, stop) => {
    const done = [...(await stop()).matchAll(/hook ([\w.]+) done/g)].map(([, name]) => name);
    expect(done).toEqual(['Outbox.stopTaking', 'outbox', 'broker', 'StopNotice.send']);
  },
  // The Terminus controller answers, and the gates are part of readiness.
  health: async (program, stop) => {
    for (const probe of ['live', 'startup']) expect(await statusOf(program, `/health/${probe}`)).toBe(200);
    const ready = await fetch(`${await program.url()}/health/ready`);
    expect([ready.status, await ready.json()]).toMatchObject([
      200,
      { details: { cache: { status: 'up' }, readiness: { status: 'up', gates: { database: 'up', cache: 'up' } } } },
    ]);
    await stop();
  },
  // The page is behind the guard; components are there by decorator and by hand.
  'health-monitor': async (program, stop) => {
    expect(await statusOf(program, '/health/detailed')).toBe(403);
    const headers = { authorization: 'Bearer for-tests' };
    const answer = await fetch(`${await program.url()}/health/detailed`, { headers });
    expect([answer.status, await answer.json()]).toMatchObject([
      200,
      {
        status: 'up',
        score: 1,
        components: [
          { name: 'recommendations', isCritical: false },
          { name: 'database', isCritical: true },
        ],
      },
    ]);
    await stop();
  },
  // The gRPC health service turns with the phases, for clients that watch it.
  messages: async (program, stop) => {
    const [, port] = await program.waitForLine(/^gRPC on (\d+)$/);
    const seen: string[] = [];
    await new Promise<void>((resolve, reject) => {
      const onStatus = (status: string): void => {
        seen.push(status);
        if (status === 'SERVING') resolve();
      };
      new GrpcClient(Number(port)).watchHealth(onStatus).catch(reject);
    });
    await stop();
    expect(seen.slice(-2)).toEqual(['SERVING', 'NOT_SERVING']);
  },
  // What it works on at the signal is done, and the report has it.
  'sources-of-work': async (program, stop) => {
    await program.waitForLine(/^order 1 is done$/);
    const output = await stop();
    expect(output).toMatch(/stopped clean after/);
    expect(output).not.toContain('given back');
  },
  // Runs that have begun end, and no other begins.
  schedules: async (program, stop) => {
    await program.waitForLine(/^report 2 begins$/);
    const output = await stop();
    const count = (text: RegExp): number => [...output.matchAll(text)].length;
    expect(count(/report \d+ is done/g)).toBe(count(/report \d+ begins/g));
    expect(output).toMatch(/is done\n(?!.*report)[^]*the database is closed[^]*stopped clean after/);
  },
  'lazy-modules': async (program, stop) => {
    expect(await statusOf(program, '/reports')).toBe(200);
    expect(await stop()).toMatch(/the report store is closed[^]*stopped clean after/);
  },
  // What an answered order has left behind is done before the database is closed.
  events: async (program, stop) => {
    expect((await fetch(`${await program.url()}/orders`, { method: 'POST' })).status).toBe(201);
    const output = await stop();
    for (const done of ['the invoice is written', 'the mail is sent']) {
      expect(output.indexOf(done)).toBeGreaterThan(0);
      expect(output.indexOf(done)).toBeLessThan(output.indexOf('the database is closed'));
    }
    expect(output).toMatch(/stopped clean after/);
  },
  // A worker that has not begun to start is ended by the signal itself.
  processes: async (program, stop) => {
    await program.waitForLine(/cluster: 2 workers are ready/);
    expect(await stop()).toMatch(/cluster: stopped after .* with 0 \(workers 1: stopped with 0, 2: stopped with 0\)/);
  },
  // It is in flight until it has ended, so nothing has ended before it has.
  children: async (program, stop) => {
    await program.waitForLine(/phase ready/);
    expect(await stop()).toMatch(
      /the renderer has stopped[^]*the thread has stopped[^]*stopped clean after .*2 drained/,
    );
  },
  // Without a socket of systemd it listens as it does without.
  systemd: async (program, stop) => {
    expect(await statusOf(program, '/health/ready')).toBe(200);
    expect(await stop()).toMatch(/stopped clean after/);
  },
  // It waits to be scraped once more, and that scrape has the outcome.
  metrics: async (program, stop) => {
    const [, port] = await program.waitForLine(/^probe port on (\d+)$/);
    const scraped = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(await statusOf(program, '/orders/1')).toBe(200);
    const request = 'http_server_requests_total{method="GET",route="/orders/:id",status_class="2xx"}';
    expect(await scraped()).toContain(`${request} 1\n`);
    const stopping = stop();
    await program.waitForLine(/stopped clean after/);
    const last = await scraped();
    expect(last).toContain('shutdown_outcome_total{outcome="clean"} 1\n');
    expect(last).toContain('shutdown_phase{phase="stopped"} 1\n');
    await stopping;
  },
  'unseen-work': async (_program, stop) => {
    expect(await stop()).toMatch(/stopped clean after/);
  },
};

const running = new Map<string, Program>();
let withoutHealth: Program;

beforeAll(() => {
  const start = compilePages('programs');
  // All at once: each waits more than it computes.
  for (const page of here) running.set(page, start(page));
  withoutHealth = start('options', { HEALTH: 'off' });
});

describe('the program of every page', () => {
  it.each(here)('%s: starts, does what the page says, and ends clean at SIGTERM', async (page) => {
    const program = running.get(page);
    if (program === undefined) throw new Error(`${page} was not started`);
    await program.waitForLine(/^(listening|gRPC) on \d+$/);
    const stop = (): Promise<string> => stopCleanly(program);
    const check = CHECKS[page];
    await (check === undefined ? stop() : check(program, stop));
  });

  it('is run here, or by a file that names the page', () => {
    expect(here.length).toBeGreaterThan(4);
    expect(pagesToRun()).toEqual(expect.arrayContaining([...ELSEWHERE.keys(), ...Object.keys(CHECKS)]));
    for (const [page, file] of ELSEWHERE) {
      expect(readFileSync(resolve(root, 'test/docs', file), 'utf8')).toMatch(new RegExp(`start\\(.*'${page}'`));
    }
  });

  it('options: the factory is asked: HEALTH=off leaves the probes out', async () => {
    expect(await statusOf(withoutHealth, '/health/ready')).toBe(404);
    await stopCleanly(withoutHealth);
  });
});
