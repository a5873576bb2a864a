import { NESTS } from '../support/program-kinds.js';
import { startProgram } from '../support/program.js';
import { reportOf, startService, stepsOf } from '../support/service.js';

/** Long enough that a test which is not cut short would be seen to wait. */
const options = { lameDuck: '60s', gracePeriod: '120s' } as const;

describe.each(NESTS)('shutdown code of the application on Nest %i', (nest) => {
  it("'s timer that ends the process is named at boot, and the shutdown is over before it", async () => {
    const program = startService({ nest, hooks: 'off', faults: ['own-timer', 'open-handle'], options });
    await program.waitForLine(
      /WARN .*Other code cuts a shutdown short: at SIGTERM, stop, added by .*own-listeners.*sets a timer that calls process\.exit\(\) after 2\.5s/,
    );
    program.signal('SIGTERM');
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(exit.output).toMatch(/WARN .*a timer of .*own-listeners.*calls process\.exit\(\) in 2\.5s/);
    expect(stepsOf(exit)).toEqual(expect.arrayContaining(['outbox.close', 'database.destroy', 'database.shutdown']));
    const { outcome, budgetMs, lameDuck } = reportOf(exit);
    expect(outcome).toBe('clean');
    expect(budgetMs).toBeLessThan(2500);
    expect(lameDuck.endedBy).toBe('budget');
  });

  it('that calls process.exit() in the middle is named in the log and in the report', async () => {
    const program = startService({ nest, faults: ['telemetry'], options });
    await program.waitForLine(/WARN .*at SIGTERM, flushTelemetry, .* calls process\.exit\(\), which waits neither/);
    program.signal('SIGTERM');
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 1, signal: null });
    expect(exit.output).toMatch(
      /ERROR .*process\.exit\(\) was called before the shutdown was over, by .*own-listeners/,
    );
    const { outcome, endedEarly } = reportOf(exit);
    expect(outcome).toBe('forced');
    expect(endedEarly).toHaveLength(1);
    expect(endedEarly[0]?.what).toBe('process');
    expect(endedEarly[0]?.by).toMatch(/^process\.exit\(\) of .*own-listeners/);
  });
});

describe.each(NESTS)('the exit code on Nest %i', (nest) => {
  it('that the service has set is in the report, and is that of the process', async () => {
    const program = startService({ nest, faults: ['open-handle'], env: { EXIT_CODE: '7' } });
    await program.waitForLine(/^listening on/);
    program.signal('SIGTERM');
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 7, signal: null });
    expect(exit.output).toContain('exit code 7');
    expect(reportOf(exit)).toMatchObject({ outcome: 'clean', exitCode: 7 });
  });

  it('is 1 after an error that nobody catches, with everything drained and closed, where that is asked for', async () => {
    const program = startService({
      nest,
      faults: ['open-handle', 'throwing-later'],
      options: { uncaughtErrors: 'shutdown' },
      ipc: true,
    });
    await program.waitForLine(/^listening on/);
    program.send('throw');
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 1, signal: null });
    expect(stepsOf(exit)).toEqual(expect.arrayContaining(['outbox.close', 'database.shutdown']));
    expect(reportOf(exit)).toMatchObject({
      reason: 'uncaughtException',
      outcome: 'failed',
      errors: [{ origin: 'uncaughtException', message: 'thrown later' }],
    });
  });

  it('is that of a script that runs out of work, and its hooks run', async () => {
    const program = startService({ nest, kind: 'context', hooks: 'off' });
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(stepsOf(exit)).toEqual(expect.arrayContaining(['outbox.flush', 'outbox.close']));
    expect(reportOf(exit)).toMatchObject({ reason: 'beforeExit', outcome: 'clean', exitCode: 0 });
  });
});

describe.each(NESTS)('an event loop that was blocked when the signal came, on Nest %i', (nest) => {
  it('is told of, and the budget counts from there; hooks run all the same', async () => {
    const options = { gracePeriod: '2s' } as const;
    const faults = ['open-handle', 'blocked-loop'];
    const program = startService({ nest, options, faults, ipc: true, env: { BLOCK_MS: '3000' } });
    await program.waitForLine(/^listening on/);
    program.send('block');
    await program.waitForLine(/step: blocking/);
    program.signal('SIGTERM');
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 1, signal: null });
    expect(exit.output).toMatch(/WARN .*the event loop was blocked for .* when the signal came/);
    expect(stepsOf(exit)).toEqual(expect.arrayContaining(['outbox.close', 'database.shutdown']));
    const { outcome, late, signalDelayMs, durationMs, budgetMs } = reportOf(exit);
    expect({ outcome, late }).toEqual({ outcome: 'forced', late: true });
    expect(signalDelayMs).toBeGreaterThan(budgetMs);
    expect(durationMs).toBeGreaterThanOrEqual(signalDelayMs);
  });
});

describe('output', () => {
  it('that a slow reader of a pipe has not taken yet is written before the process ends', async () => {
    const program = startProgram('talkative', { nest: 12, ipc: true, isReadLater: true, env: { LINES: '400' } });
    await program.message('started');
    program.signal('SIGTERM');
    await program.message('stopped');
    program.startReading();
    const exit = await program.exit;
    expect(exit.code).toBe(0);
    expect(exit.output).toMatch(/stopped clean .*exit code 0/);
  });

  it('that cannot be written, because the disk is full, ends nothing', async () => {
    const program = startProgram('talkative', { nest: 12, ipc: true, stdout: '/dev/full' });
    await program.message('started');
    program.signal('SIGTERM');
    await program.message('stopped');
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(exit.output).toMatch(/ERROR .*lines on stdout are lost \(ENOSPC\)/);
  });
});
