import { parsePrintedSettings } from 'nestjs-lifecycle-manifest-check';
import { startService, stepsOf } from '../support/service.js';

describe.each([12, 11] as const)('SHUTDOWN_PRINT_SETTINGS=1 on Nest %i', (nest) => {
  it('prints what the service was told, and ends before anything has started', async () => {
    const program = startService({
      nest,
      env: { SHUTDOWN_PRINT_SETTINGS: '1', SHUTDOWN_GRACE_PERIOD: '40', SHUTDOWN_PRE_STOP: '3s' },
    });
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(stepsOf(exit)).toEqual([]);
    expect(parsePrintedSettings(exit.output).settings).toMatchObject({
      enabled: true,
      gracePeriodMs: 40_000,
      preStopMs: 3000,
      marginMs: 2000,
      budgetMs: 35_000,
    });
  });

  it('says what is wrong with the settings, as every start does', async () => {
    const program = startService({ nest, env: { SHUTDOWN_PRINT_SETTINGS: '1', SHUTDOWN_GRACE_PERIOD: 'soon' } });
    const exit = await program.exit;
    expect(exit.code).not.toBe(0);
    expect(exit.output).toContain('SHUTDOWN_GRACE_PERIOD');
  });
});
