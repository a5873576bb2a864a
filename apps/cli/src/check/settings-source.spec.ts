import { checkWorld, SHORT_GRACE } from '../../../../test/support/check-world.js';
import { textPrintedBy } from '../../../../test/support/printed-settings.js';

const { write, run, runPiped } = checkWorld();

describe('where settings come from', () => {
  it('may be a pipe', async () => {
    await write({ 'orders.yaml': SHORT_GRACE });
    const printed = textPrintedBy({ variables: { SHUTDOWN_GRACE_PERIOD: '1s' } });
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
    await write({ 'orders.yaml': SHORT_GRACE, 'settings.json': textPrintedBy({}) });
    const { code, err } = await run('check', 'orders.yaml', '--service', 'nope', ...more);
    expect(code).toBe(2);
    expect(err).toBe('--service nope: there is no such workload; the workloads are: orders\n');
    expect(await run('check', 'orders.yaml', '--service', 'orders', ...more)).toMatchObject({ code: 1 });
  });
});
