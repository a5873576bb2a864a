import { setTimeout as pace } from 'node:timers/promises';
import type { GracefulShutdownOptions, ShutdownReport } from 'nestjs-lifecycle';
import { type Answer, HttpClient } from '../support/http-client.js';
import { KINDS, NESTS } from '../support/program-kinds.js';
import type { Program } from '../support/program.js';
import { reportOf, startService } from '../support/service.js';

/** How far apart the requests of a client are that comes on and on. */
const PACE_MS = 20;

/** Each on a connection of its own, as probes do. */
async function ask(url: string, path: string): Promise<Answer> {
  const client = new HttpClient(url);
  const answer = await client.request({ path });
  client.close();
  return answer;
}

/** The next of many. */
async function askInTurn(url: string, path: string): Promise<Answer> {
  await pace(PACE_MS);
  return ask(url, path);
}

async function probeUrl(program: Program): Promise<string> {
  const [, port] = await program.waitForLine(/probes on port (\d+)/);
  return `http://127.0.0.1:${port}`;
}

const isDraining = (program: Program): boolean => /phase: draining/.test(program.output);

describe.each(KINDS)('a lame duck that waits for quiet on Nest %i with %s', (nest, kind) => {
  it('goes on while requests come, and is not held by probes', async () => {
    const quietMs = 1500;
    const options: GracefulShutdownOptions = {
      gracePeriod: '60s',
      lameDuck: { min: '100ms', max: '40s', quiet: quietMs },
      health: true,
    };
    const program = startService({ nest, kind, options });
    const url = await program.url();
    program.signal('SIGTERM');
    await program.waitForLine(/phase: lame-duck/);
    // Much longer than it has to be quiet.
    const end = performance.now() + 2 * quietMs;
    while (performance.now() < end) expect(await askInTurn(url, '/')).toMatchObject({ outcome: 'ok' });
    expect(isDraining(program)).toBe(false);
    let probes = 0;
    while (!isDraining(program)) {
      const { status } = await askInTurn(url, '/health/ready');
      if (status === 503) probes += 1;
    }
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 0 });
    expect(probes).toBeGreaterThan(0);
    const { lameDuck, requests } = reportOf(exit);
    expect(lameDuck.endedBy).toBe('quiet');
    expect(lameDuck.failedProbes).toBeGreaterThan(0);
    expect(requests).toMatchObject({ refused: 0, interrupted: [] });
  });
});

describe.each(KINDS)('a lame duck that waits for failing probes on Nest %i with %s', (nest, kind) => {
  it.each(['its own port', 'the probe port'])('ends with the second one that counts on %s', async (place) => {
    const options: GracefulShutdownOptions = {
      gracePeriod: '60s',
      lameDuck: { untilProbesFailed: 2, max: '30s' },
      health: true,
      probePort: 0,
    };
    const program = startService({ nest, kind, options });
    const url = await program.url();
    const probes = place === 'its own port' ? url : await probeUrl(program);
    // Those before the signal are no news.
    expect(await ask(probes, '/health/ready')).toMatchObject({ status: 200 });
    program.signal('SIGTERM');
    await program.waitForLine(/phase: lame-duck/);
    // The second is too soon after the first.
    for (let count = 0; count < 2; count += 1)
      expect(await ask(probes, '/health/ready')).toMatchObject({ status: 503 });
    // Liveness does not fail, and other requests are no probes.
    for (let count = 0; count < 3; count += 1) {
      expect(await ask(probes, '/health/live')).toMatchObject({ status: 200 });
      expect(await ask(url, '/')).toMatchObject({ status: 200 });
      expect(await ask(url, '/nowhere')).toMatchObject({ status: 404 });
    }
    expect(isDraining(program)).toBe(false);
    while (!isDraining(program)) await askInTurn(probes, '/health/ready');
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 0 });
    const { outcome, lameDuck } = reportOf(exit);
    expect([outcome, lameDuck.endedBy, lameDuck.failedProbes]).toEqual(['clean', 'probes-failed', 2]);
    expect(lameDuck.repeatedProbes).toBeGreaterThan(0);
  });
});

describe.each(NESTS)('the default lame duck in production on Nest %i', (nest) => {
  /** A budget of 9 s: the lame duck has 2.25 s to 3.75 s. */
  const env = { NODE_ENV: 'production', SHUTDOWN_GRACE_PERIOD: '10s' };

  it('ends once no requests come, and leaves the rest of its time to the drain', async () => {
    const program = startService({ nest, env, options: { health: true } });
    const url = await program.url();
    program.signal('SIGTERM');
    await program.waitForLine(/phase: lame-duck/);
    while (!isDraining(program)) await askInTurn(url, '/health/live');
    const { lameDuck, phases } = reportOf(await program.exit);
    expect(lameDuck.endedBy).toBe('quiet');
    expect(durationOf(phases)).toBeLessThan(3700);
  });

  it('goes on to its longest time while requests come', async () => {
    const program = startService({ nest, env });
    const url = await program.url();
    program.signal('SIGTERM');
    await program.waitForLine(/phase: lame-duck/);
    while (!isDraining(program)) await askInTurn(url, '/');
    const { lameDuck, phases, outcome } = reportOf(await program.exit);
    expect([outcome, lameDuck.endedBy]).toEqual(['clean', 'elapsed']);
    expect(durationOf(phases)).toBeGreaterThanOrEqual(3700);
  });
});

/** How long the lame duck was, on the clock of the service. */
function durationOf(phases: ShutdownReport['phases']): number {
  return phases.find(({ phase }) => phase === 'lame-duck')?.durationMs ?? Number.NaN;
}

describe.each(NESTS)('what ended the lame duck on Nest %i', (nest) => {
  it('is in the report: its time was over', async () => {
    const program = startService({ nest, options: { lameDuck: '100ms' } });
    await program.url();
    program.signal('SIGTERM');
    expect(reportOf(await program.exit).lameDuck).toEqual({ endedBy: 'elapsed', failedProbes: 0, repeatedProbes: 0 });
  });

  it('is in the report: there was none, because this is not production', async () => {
    const program = startService({ nest });
    await program.url();
    program.signal('SIGTERM');
    expect(reportOf(await program.exit).lameDuck).toEqual({ endedBy: 'skipped', failedProbes: 0, repeatedProbes: 0 });
  });

  it('is in the report: there was none, because nothing listens', async () => {
    const program = startService({ nest, kind: 'context', faults: ['open-handle'], env: { NODE_ENV: 'production' } });
    await program.waitForLine(/listening on nothing/);
    program.signal('SIGTERM');
    expect(reportOf(await program.exit).lameDuck).toEqual({ endedBy: 'skipped', failedProbes: 0, repeatedProbes: 0 });
  });

  it("is in the report: the hooks' share of the budget began", async () => {
    const program = startService({
      nest,
      ipc: true,
      faults: ['slow-init'],
      options: { gracePeriod: '3s', lameDuck: '1s', hookBudget: '1s' },
    });
    await program.waitForLine(/step: database\.init$/);
    program.signal('SIGTERM');
    // A second of the budget has gone into the start.
    await program.waitForLine(/starting: waiting for .*the start to settle/);
    program.send('init');
    const report = reportOf(await program.exit);
    expect(report.lameDuck).toEqual({ endedBy: 'budget', failedProbes: 0, repeatedProbes: 0 });
    expect(report.outcome).toBe('clean');
  });

  it('is in the report: a second signal ended the process meanwhile', async () => {
    const program = startService({ nest, options: { gracePeriod: '60s', lameDuck: '50s', health: true } });
    const url = await program.url();
    program.signal('SIGINT');
    await program.waitForLine(/phase: lame-duck/);
    expect(await ask(url, '/health/ready')).toMatchObject({ status: 503 });
    // From a second on a second one is no echo of the first, also behind a wrapper such as npm.
    const sinceSignal = performance.now();
    while (performance.now() - sinceSignal < 1200) expect(await askInTurn(url, '/')).toMatchObject({ status: 200 });
    program.signal('SIGINT');
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 130 });
    expect(reportOf(exit)).toMatchObject({
      outcome: 'forced',
      lameDuck: { endedBy: 'forced', failedProbes: 1 },
    });
  });
});
