import { itNeeds, pidNamespaces } from '../support/machine.js';
import { NESTS } from '../support/program-kinds.js';
import { reportOf, startService, stepsOf } from '../support/service.js';

const TOLD = 'SIGTERM before anything of the application has started: ending at once';

describe.each(NESTS)('a signal before anything has started on Nest %i', (nest) => {
  it.each([
    ['while a provider connects', ['slow-provider'], /step: connecting/, undefined],
    ['when an application was created and nothing more, as a testing module', ['only-created'], /^created/, 'off'],
    ['when nothing could be created', ['only-failed-creation'], /creation failed/, undefined],
  ] as const)('ends the process as it would without the module: %s', async (_when, faults, line, hooks) => {
    const program = startService({ nest, ...(hooks && { hooks }), faults: [...faults, 'open-handle'], ipc: true });
    await program.waitForLine(line);
    program.signal('SIGTERM');
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: null, signal: 'SIGTERM' });
    expect(exit.output).toContain(TOLD);
    expect(stepsOf(exit)).not.toContain('database.destroy');
  });

  itNeeds(pidNamespaces, 'ends PID 1 too, where the signal alone would do nothing', async () => {
    const program = startService({ nest, pid1: true, hooks: 'off', faults: ['only-created', 'open-handle'] });
    await program.waitForLine(/^created/);
    program.signal('SIGTERM');
    expect((await program.exit).code).toBe(143);
  });

  it('leaves the end to a listener that counts listeners before it raises the signal again', async () => {
    const faults = ['only-created', 'open-handle', 'counting-listener'];
    const program = startService({ nest, hooks: 'off', faults });
    await program.waitForLine(/^created/);
    program.signal('SIGTERM');
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: null, signal: 'SIGTERM' });
    expect(stepsOf(exit)).toContain('the only listener');
  });

  it('lets Nest close what was created, where it listens, and waits for no start', async () => {
    const options = { lameDuck: '20s', gracePeriod: '40s' } as const;
    const program = startService({ nest, faults: ['only-created', 'open-handle'], options });
    await program.waitForLine(/^created/);
    program.signal('SIGTERM');
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(stepsOf(exit)).toEqual(['database.destroy', 'database.before', 'database.shutdown']);
    const { lameDuck, ...report } = reportOf(exit);
    expect(report).toMatchObject({ reason: 'SIGTERM', signal: 'SIGTERM', outcome: 'clean' });
    expect(lameDuck.endedBy).toBe('skipped');
  });

  it('that another listener survives is acted on when the start has settled', async () => {
    const program = startService({ nest, ipc: true, faults: ['slow-provider', 'open-handle', 'early-listener'] });
    await program.waitForLine(/step: connecting/);
    program.signal('SIGTERM');
    await program.waitForLine(/step: early listener/);
    expect(program.hasExited).toBe(false);
    program.send('connected');
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(stepsOf(exit).slice(-3)).toEqual(['database.destroy', 'database.before', 'database.shutdown']);
    expect(reportOf(exit)).toMatchObject({ reason: 'SIGTERM', outcome: 'clean' });
  });

  it('is not waited with by shutdown() in a constructor either', async () => {
    const program = startService({ nest, faults: ['stopping-constructor', 'slow-provider', 'open-handle'], ipc: true });
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(exit.output).toContain('stopped clean');
    expect(exit.output).toContain('reason no licence');
  });
});
