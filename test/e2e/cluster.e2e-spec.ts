import { type ClusterReport } from 'nestjs-lifecycle/processes';
import { type Answer, HttpClient } from '../support/http-client.js';
import { HttpLoad } from '../support/http-load.js';
import { type Program, type ProgramExit, startProgram } from '../support/program.js';
import { KINDS, NESTS } from '../support/program-kinds.js';

/** No machine is so slow that its workers do not start and stop in that time. */
const UNHURRIED = { gracePeriod: '120s', startTimeout: '120s' };
const LONG_MS = 120_000;
jest.setTimeout(2 * LONG_MS);

interface NestOptions {
  readonly adapter?: string;
  readonly lameDuck?: object | string;
  readonly dump?: 'SIGTTIN';
}

/** Workers with a service of Nest. */
function startNest(nest: 11 | 12, workers: number, { adapter = 'express', ...options }: NestOptions = {}): Program {
  const env = {
    ADAPTER: adapter,
    OPTIONS: JSON.stringify({ gracePeriod: '110s', ...options }),
    CLUSTER: JSON.stringify({ ...UNHURRIED, workers }),
  };
  return startProgram('cluster', { nest, ipc: true, ownGroup: true, env });
}

/** Two workers without Nest, which start at once. */
function startPlain(env: Record<string, string> = {}, cluster: object = {}): Program {
  const CLUSTER = JSON.stringify({ ...UNHURRIED, ...cluster });
  return startProgram('plain-cluster', { nest: 12, ipc: true, ownGroup: true, env: { ...env, CLUSTER } });
}

async function serving(program: Program): Promise<string> {
  await program.waitForLine(/the cluster is serving/, LONG_MS);
  return program.url();
}

async function each(program: Program, workers: readonly number[], line: string): Promise<void> {
  for (const worker of workers) await program.waitForLine(new RegExp(`^${worker}: ${line}`), LONG_MS);
}

async function signalWorker(program: Program, worker: number, signal: NodeJS.Signals): Promise<void> {
  const [, pid] = await program.waitForLine(new RegExp(`^${worker}: pid (\\d+)$`), LONG_MS);
  process.kill(Number(pid), signal);
}

function reportOf({ output }: ProgramExit): ClusterReport {
  const [, report = ''] = /^cluster: (.*)$/m.exec(output) ?? [];
  // Printed by our own program.
  return JSON.parse(report) as ClusterReport;
}

/** A handler of each of two workers is at work. */
async function slowOnEach(program: Program): Promise<Promise<Answer>[]> {
  const url = await serving(program);
  const ask = (): Promise<Answer> => new HttpClient(url, { timeoutMs: LONG_MS }).request({ path: '/slow' });
  const answers = [ask(), ask()];
  await each(program, [1, 2], 'slow has begun');
  return answers;
}

describe.each(KINDS)('a cluster of four workers on Nest %i with %s', (nest, adapter) => {
  it('loses nothing of 50 keep-alive clients at SIGTERM, and ends with 0', async () => {
    // Ends when traffic has gone, so that the test does not depend on how fast the machine is.
    const lameDuck = { min: '100ms', max: '60s', quiet: '2s' };
    const program = startNest(nest, 4, { adapter, lameDuck });
    const load = new HttpLoad({ url: await serving(program), clients: 50 });
    await load.answered(500);
    program.signal('SIGTERM');
    await each(program, [1, 2, 3, 4], 'phase lame-duck');
    await load.answered(load.ledger.total + 500);
    const { total, counts, notOk } = await load.stop();
    expect(notOk).toEqual([]);
    expect(counts).toEqual({ ok: total });
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(exit.output.match(/^\d: ended clean: SIGTERM, /gm)).toHaveLength(4);
    const { reason, replaced, workers } = reportOf(exit);
    expect({ reason, replaced }).toEqual({ reason: 'SIGTERM', replaced: 0 });
    expect(workers.map(({ id, how, exitCode }) => [id, how, exitCode])).toEqual(
      [1, 2, 3, 4].map((id) => [id, 'stopped', 0]),
    );
  });
});

describe.each(KINDS)('a cluster of two workers on Nest %i with %s', (nest, adapter) => {
  it('resets no client of a connection that its primary has accepted: each is answered, or refused', async () => {
    const program = startNest(nest, 2, { adapter });
    // Each connects anew, and there are more of them than the primary hands over at a time.
    const request = (): { headers: Record<string, string> } => ({ headers: { connection: 'close' } });
    const load = new HttpLoad({ url: await serving(program), clients: 32, request, pauseMs: 0 });
    await load.answered(200);
    program.signal('SIGTERM');
    expect((await program.exit).code).toBe(0);
    const { counts } = await load.stop();
    expect(Object.keys(counts).toSorted()).toEqual(['ok', 'refused']);
  });
});

describe.each(NESTS)('a cluster of two workers on Nest %i', (nest) => {
  it('waits for what every worker works on, when all processes of its group get the signal', async () => {
    const program = startNest(nest, 2, { dump: 'SIGTTIN' });
    const answers = await slowOnEach(program);
    for (const worker of [1, 2]) {
      await signalWorker(program, worker, 'SIGTTIN');
      const [, pid] = await program.waitForLine(new RegExp(`^${worker}: pid (\\d+)$`), LONG_MS);
      await program.waitForLine(new RegExp(`dump: pid ${pid}, phase ready: 1 in flight`), LONG_MS);
    }
    process.kill(-program.pid, 'SIGINT');
    await each(program, [1, 2], 'phase draining');
    program.send('slow');
    for (const answer of await Promise.all(answers)) expect(answer).toMatchObject({ outcome: 'ok' });
    const exit = await program.exit;
    expect(exit.code).toBe(0);
    expect(exit.output.match(/^\d: ended clean: SIGINT, 1 drained/gm)).toHaveLength(2);
  });

  it('replaces one after the other at SIGHUP, without loss: the new one is ready before the old one is told', async () => {
    const program = startNest(nest, 2, { lameDuck: '300ms' });
    // A connection for each request: what the primary hands over is what a reload may lose.
    const request = (): { headers: Record<string, string> } => ({ headers: { connection: 'close' } });
    const load = new HttpLoad({ url: await serving(program), clients: 8, request });
    await load.answered(100);
    program.signal('SIGHUP');
    await program.waitForLine(/all workers are replaced/, LONG_MS);
    await load.answered(load.ledger.total + 100);
    const { total, counts, notOk } = await load.stop();
    expect(notOk).toEqual([]);
    expect(counts).toEqual({ ok: total });
    program.signal('SIGTERM');
    const exit = await program.exit;
    expect(exit.code).toBe(0);
    for (const old of [1, 2]) {
      const steps = [`${old + 2}: phase ready`, `${old}: phase lame-duck`, `${old}: ended clean: reload, `];
      const places = steps.map((step) => exit.output.indexOf(`\n${step}`));
      expect(places).not.toContain(-1);
      expect(places).toEqual(places.toSorted((a, b) => a - b));
    }
    expect(reportOf(exit)).toMatchObject({ reloaded: 2, replaced: 0 });
    expect(reportOf(exit).workers.map(({ id }) => id)).toEqual([3, 4]);
  });

  it('loses no connection that a busy primary hands to a worker which has just closed its listener', async () => {
    const program = startNest(nest, 2);
    const url = await serving(program);
    program.send('block');
    await program.waitForLine(/the primary is blocked/);
    // They wait in the queue of the primary, which has not heard yet what the worker has done when it goes on.
    const answers = Array.from({ length: 8 }, () => new HttpClient(url, { timeoutMs: LONG_MS }).request());
    await signalWorker(program, 1, 'SIGTERM');
    for (const answer of await Promise.all(answers)) expect(answer).toMatchObject({ outcome: 'ok' });
    await program.waitForLine(/worker 1 \(pid \d+\) has ended by itself with 0/, LONG_MS);
    program.signal('SIGTERM');
    expect((await program.exit).code).toBe(0);
  });

  it('drains when its primary is killed', async () => {
    const program = startNest(nest, 2);
    const answers = await slowOnEach(program);
    process.kill(program.pid, 'SIGKILL');
    await each(program, [1, 2], 'phase draining');
    process.kill(-program.pid, 'SIGUSR2');
    for (const answer of await Promise.all(answers)) expect(answer).toMatchObject({ outcome: 'ok' });
    const { output } = await program.exit;
    expect(output.match(/^\d: ended clean: the primary is gone, 1 drained/gm)).toHaveLength(2);
  });
});

describe('a cluster', () => {
  it.each([
    ['fails', 4],
    ['crashes', 137],
  ])('ends with the exit code of a worker that %s at the stop, which is not replaced', async (fault, code) => {
    const program = startPlain({ FAULTY: '2', FAULT: fault }, { restart: { backoff: '1ms' } });
    await serving(program);
    program.signal('SIGTERM');
    const exit = await program.exit;
    expect(exit.code).toBe(code);
    expect(reportOf(exit).workers.map(({ how, exitCode }) => [how, exitCode])).toEqual([
      ['stopped', 0],
      ['stopped', code],
    ]);
    expect(exit.output).not.toMatch(/^3: pid/m);
  });

  it('kills a worker that hangs when the budget is used up, and names it', async () => {
    const program = startPlain({ FAULTY: '2', FAULT: 'hangs' }, { gracePeriod: '3s' });
    await serving(program);
    program.signal('SIGTERM');
    const exit = await program.exit;
    expect(exit.code).toBe(137);
    expect(exit.output).toMatch(/worker 2 \(pid \d+\) did not end in time: SIGKILL/);
    expect(reportOf(exit).workers[1]).toMatchObject({ id: 2, how: 'killed', exitCode: 137, signal: 'SIGKILL' });
  });

  it('ends at once at a second signal', async () => {
    const program = startPlain({ FAULTY: '2', FAULT: 'waits' });
    await serving(program);
    program.signal('SIGTERM');
    await program.waitForLine(/^2: told to stop/, LONG_MS);
    // Those within the guard count as the first one.
    const again = setInterval(() => (program.hasExited ? undefined : program.signal('SIGTERM')), 200);
    const exit = await program.exit;
    clearInterval(again);
    expect(exit.code).toBe(143);
    expect(exit.output).toMatch(/SIGTERM again: ending at once[^]*worker 2 \(pid \d+\) is killed/);
  });

  it('stops as at a signal when its primary is asked to, and ends the process', async () => {
    const program = startPlain();
    await serving(program);
    program.send('stop');
    const exit = await program.exit;
    expect(exit.code).toBe(0);
    expect(reportOf(exit)).toMatchObject({ reason: 'the test says so', exitCode: 0 });
  });

  it('goes on as it is when a reload brings workers that do not start', async () => {
    const program = startPlain({ BROKEN_FROM: '3' });
    const url = await serving(program);
    program.send('reload');
    await program.waitForLine(/^not reloaded: WORKER_NOT_READY$/, LONG_MS);
    expect(await new HttpClient(url).request()).toMatchObject({ outcome: 'ok' });
    program.signal('SIGTERM');
    const exit = await program.exit;
    expect(exit.code).toBe(0);
    expect(reportOf(exit).workers.map(({ id }) => id)).toEqual([1, 2]);
  });

  it('replaces a worker that was killed', async () => {
    const program = startPlain({}, { restart: { backoff: '50ms' } });
    const url = await serving(program);
    await signalWorker(program, 2, 'SIGKILL');
    await program.waitForLine(/worker 2 \(pid \d+\) has ended by itself with 137: another one starts in/, LONG_MS);
    await program.waitForLine(/^3: pid/, LONG_MS);
    expect(await new HttpClient(url).request()).toMatchObject({ outcome: 'ok' });
    program.signal('SIGTERM');
    const exit = await program.exit;
    expect(reportOf(exit)).toMatchObject({ replaced: 1 });
  });

  it('stops with the exit code of its worker where none is to be replaced, and where none was ever ready', async () => {
    const kept = startPlain({}, { restart: false });
    await serving(kept);
    await signalWorker(kept, 2, 'SIGKILL');
    expect((await kept.exit).code).toBe(137);
    const broken = startPlain({ BROKEN_FROM: '1' });
    const exit = await broken.exit;
    expect(exit.code).toBe(3);
    expect(exit.output).not.toMatch(/^3: pid/m);
  });
});
