import { checkWorld, SHORT_GRACE } from '../../../../test/support/check-world.js';

const { write, run, runPiped } = checkWorld();

function settingsOf(environment: Readonly<Record<string, string | null>>): string {
  const shares = { gracePeriodMs: 30_000, preStopMs: 0, marginMs: 2000, budgetMs: 28_000, hookBudgetMs: 5000 };
  const settings = {
    ...shares,
    enabled: true,
    lameDuck: { minMs: 5000, maxMs: 5000, isExplicit: false },
    drainTimeoutMs: 18_000,
    lateRequests: 'serve',
    health: { isServed: false, path: '/health' },
    readiness: { onShutdown: 'fail' },
    signals: ['SIGTERM'],
  };
  return JSON.stringify({ format: 'nestjs-lifecycle/settings', version: 1, settings, environment });
}

describe('where settings come from', () => {
  it('may be a pipe', async () => {
    await write({ 'orders.yaml': SHORT_GRACE });
    const printed = settingsOf({ SHUTDOWN_GRACE_PERIOD: '1s' });
    const { code, out } = await runPiped(printed, 'check', 'orders.yaml', '--settings', '-');
    expect(code).toBe(1);
    expect(out).toContain('settings-of-another-environment');
  });

  it('is not the pipe that manifests come through', async () => {
    const { code, err } = await runPiped(SHORT_GRACE, 'check', '-', '--settings', '-');
    expect(code).toBe(2);
    expect(err).toMatch(/cannot both come through the pipe: write one of them to a file/);
  });

  it.each([[[]], [['--settings', 'settings.json']]])('is for a workload that is there (%j)', async (more) => {
    await write({ 'orders.yaml': SHORT_GRACE, 'settings.json': settingsOf({}) });
    const { code, err } = await run('check', 'orders.yaml', '--service', 'nope', ...more);
    expect(code).toBe(2);
    expect(err).toBe('--service nope: there is no such workload; the workloads are: orders\n');
    expect(await run('check', 'orders.yaml', '--service', 'orders', ...more)).toMatchObject({ code: 1 });
  });
});
