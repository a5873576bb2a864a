import { HttpClient } from '../support/http-client.js';
import { NESTS } from '../support/program-kinds.js';
import { reportOf, startService, stepsOf } from '../support/service.js';

/** Short, so that what hangs is given up on soon; tests assert order and names, never how long it took. */
const options = { gracePeriod: '4s' } as const;
/** For what hangs until the budget is used up, and has nothing to do before. */
const shortest = { gracePeriod: '1s' } as const;

describe.each(NESTS)('the deadline on Nest %i', (nest) => {
  it('ends a hook that hangs, and runs those behind it', async () => {
    const program = startService({ nest, options, faults: ['hanging-hook'] });
    await program.waitForLine(/^listening on/);
    program.signal('SIGTERM');
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 1, signal: null });
    expect(exit.output).toMatch(/ERROR .*hook Outbox\.flush timed out/);
    expect(stepsOf(exit)).toEqual(expect.arrayContaining(['outbox.close', 'database.shutdown']));
    const { outcome, hooks } = reportOf(exit);
    expect(outcome).toBe('failed');
    expect(hooks.map(({ name, result }) => [name, result])).toEqual([
      ['Outbox.leave', 'done'],
      ['Outbox.flush', 'timed-out'],
      ['Outbox.close', 'done'],
    ]);
  });

  it.each([
    ['hanging-destroy', 'Database.onModuleDestroy'],
    ['hanging-before', 'Database.beforeApplicationShutdown'],
    ['hanging-dispose', "Nest's dispose"],
  ])('ends %s, and names it', async (fault, name) => {
    const program = startService({ nest, options: shortest, faults: [fault, 'open-handle'] });
    await program.waitForLine(/^listening on/);
    program.signal('SIGTERM');
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 1, signal: null });
    expect(exit.output).toContain(`the budget is used up; still waiting for ${name}`);
    expect(reportOf(exit)).toMatchObject({ outcome: 'forced', exitCode: 1 });
    expect(reportOf(exit).leftBehind.join()).toContain(name);
  });

  it('that a handler blocks past is kept the moment the loop is free, and the report says so', async () => {
    const program = startService({
      nest,
      options: shortest,
      faults: ['blocking-hook'],
      // Long enough for the thread of the watchdog to start on a busy machine.
      env: { BLOCK_MS: '4000', SHUTDOWN_WATCHDOG: 'true' },
    });
    await program.waitForLine(/^listening on/);
    program.signal('SIGTERM');
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 1, signal: null });
    expect(reportOf(exit)).toMatchObject({ outcome: 'forced', late: true });
    const [block] = reportOf(exit).eventLoop.blocks;
    expect(block?.durationMs).toBeGreaterThanOrEqual(3000);
    expect(block?.during).toContain('Outbox.flush');
    expect(block?.stack?.join(' < ')).toMatch(/block \(file:.*faults\.js:\d+:\d+\) < .*flush/);
    expect(exit.output).toMatch(/the event loop was blocked for .*, during Outbox\.flush: at (?:.* < )?block \(/);
  });

  it('interrupts a request that never ends, answers it 503, and names it', async () => {
    const program = startService({ nest, options });
    const answer = new HttpClient(await program.url()).request({ path: '/hang?token=secret' });
    await program.waitForLine(/hang\.started/);
    program.signal('SIGTERM');
    expect(await answer).toMatchObject({ outcome: 'http-503' });
    const exit = await program.exit;
    expect(exit.code).toBe(1);
    expect(stepsOf(exit)).toContain('database.shutdown');
    const { outcome, requests } = reportOf(exit);
    expect(outcome).toBe('interrupted');
    expect(requests.interrupted).toHaveLength(1);
    expect(requests.interrupted[0]).toMatchObject({
      kind: 'response',
      name: 'GET /hang',
      method: 'GET',
      route: '/hang',
    });
    expect(requests.interrupted[0]?.ageMs).toBeGreaterThanOrEqual(0);
    expect(exit.output).not.toContain('secret');
  });

  it('holds for signals that only Nest listens to as well', async () => {
    const program = startService({ nest, options: shortest, faults: ['hanging-destroy', 'open-handle'] });
    await program.waitForLine(/^listening on/);
    program.signal('SIGHUP');
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 1, signal: null });
    expect(reportOf(exit)).toMatchObject({ reason: 'SIGHUP', leftBehind: ['Database.onModuleDestroy'] });
  });

  it('of an app.close() that hangs ends nothing, and a signal after it ends the process', async () => {
    const faults = ['hanging-destroy', 'open-handle'];
    const program = startService({ nest, options: shortest, ipc: true, faults });
    await program.waitForLine(/^listening on/);
    program.send('app.close');
    await program.waitForLine(/the budget is used up; still waiting for Database\.onModuleDestroy/);
    await program.waitForLine(/phase: stopped/);
    expect(program.hasExited).toBe(false);
    program.signal('SIGTERM');
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 1, signal: null });
    expect(reportOf(exit)).toMatchObject({ reason: 'app.close()', outcome: 'forced' });
  });

  it('is the same for every application in the process', async () => {
    const program = startService({ nest, options, faults: ['two-applications', 'hanging-hook'] });
    await program.waitForLine(/^listening on/);
    program.signal('SIGTERM');
    const exit = await program.exit;
    expect(exit.code).toBe(1);
    expect(stepsOf(exit).filter((step) => step === 'outbox.flush')).toHaveLength(2);
    expect(stepsOf(exit).filter((step) => step === 'database.shutdown')).toHaveLength(2);
  });
});

describe.each(NESTS)('a failure on Nest %i', (nest) => {
  it('of a hook stops no other, and shows in the report and the exit code', async () => {
    const program = startService({ nest, faults: ['failing-hook'] });
    await program.waitForLine(/^listening on/);
    program.signal('SIGTERM');
    const exit = await program.exit;
    expect(exit.code).toBe(1);
    expect(stepsOf(exit)).toEqual(expect.arrayContaining(['outbox.close', 'database.shutdown']));
    expect(reportOf(exit).hooks).toContainEqual(
      expect.objectContaining({ name: 'Outbox.flush', result: 'failed', error: 'the broker is away' }),
    );
  });

  it('that cannot be turned into text stops no other hook either', async () => {
    const program = startService({ nest, faults: ['odd-throw'] });
    await program.waitForLine(/^listening on/);
    program.signal('SIGTERM');
    const exit = await program.exit;
    expect(exit.code).toBe(1);
    expect(stepsOf(exit)).toEqual(expect.arrayContaining(['outbox.close', 'database.shutdown']));
    expect(reportOf(exit).hooks).toContainEqual(expect.objectContaining({ name: 'Outbox.flush', result: 'failed' }));
  });

  it("of another provider's own hook shows in the report and the exit code", async () => {
    const program = startService({ nest, faults: ['failing-destroy'] });
    await program.waitForLine(/^listening on/);
    program.signal('SIGTERM');
    const exit = await program.exit;
    expect(exit.code).toBe(1);
    expect(reportOf(exit).errors).toEqual([{ origin: 'Database.onModuleDestroy', message: 'the pool is stuck' }]);
  });

  it('nobody catches ends the process as Node says, and the report says which hooks did not run', async () => {
    const program = startService({ nest, faults: ['uncaught'] });
    await program.waitForLine(/^listening on/);
    program.signal('SIGTERM');
    const exit = await program.exit;
    expect(exit.code).toBe(1);
    expect(exit.output).toContain('nobody catches this');
    const { errors, hooks, leftBehind } = reportOf(exit);
    expect(errors).toMatchObject([{ origin: 'uncaughtException', message: 'nobody catches this' }]);
    expect(errors[0]?.stack).toMatch(/service\.js/);
    expect(leftBehind).toEqual(['hook Outbox.flush']);
    expect(hooks).toContainEqual(expect.objectContaining({ name: 'Outbox.close', result: 'skipped' }));
  });

  it("somebody's own listener survives goes on, and shows in the report and the exit code", async () => {
    const program = startService({ nest, faults: ['rejection', 'surviving'] });
    await program.waitForLine(/^listening on/);
    program.signal('SIGTERM');
    const exit = await program.exit;
    expect(exit.code).toBe(1);
    expect(stepsOf(exit)).toContain('database.shutdown');
    expect(reportOf(exit).errors).toMatchObject([{ origin: 'unhandledRejection', message: 'nobody awaits this' }]);
  });

  it('is what process.exit(0) in the middle of it is', async () => {
    const program = startService({ nest, faults: ['exit-in-hook'] });
    await program.waitForLine(/^listening on/);
    program.signal('SIGTERM');
    const exit = await program.exit;
    expect(exit.code).toBe(1);
    expect(reportOf(exit)).toMatchObject({ outcome: 'forced', leftBehind: ['hook Outbox.flush'] });
  });
});

describe.each(NESTS)('a signal during the boot on Nest %i', (nest) => {
  it.each(['express', 'fastify', 'context'] as const)(
    'waits until the boot of a %s application has settled',
    async (kind) => {
      const program = startService({ nest, kind, ipc: true, faults: ['slow-init'] });
      await program.waitForLine(/database\.init$/);
      program.signal('SIGTERM');
      await program.waitForLine(/the shutdown begins once the start has settled/);
      expect(stepsOf(program)).toEqual(['database.init']);
      program.send('init');
      const exit = await program.exit;
      expect(stepsOf(exit).slice(0, 2)).toEqual(['database.init', 'database.initialised']);
      expect(stepsOf(exit)).toContain('outbox.close');
      expect(reportOf(exit).outcome).toBe('clean');
    },
  );

  it('that never settles is bounded, and nothing is destroyed under it', async () => {
    const program = startService({ nest, options: shortest, faults: ['hanging-init', 'open-handle'] });
    await program.waitForLine(/database\.init$/);
    program.signal('SIGTERM');
    const exit = await program.exit;
    expect(exit.code).toBe(1);
    expect(stepsOf(exit)).toEqual(['database.init']);
    expect(exit.output).toContain('still waiting for the start to settle');
  });

  it('before listen() lets nobody in afterwards', async () => {
    const program = startService({ nest, ipc: true, faults: ['late-listen', 'hanging-destroy'], options });
    await program.waitForLine(/^initialised$/);
    program.signal('SIGTERM');
    await program.waitForLine(/database\.destroy/);
    program.send('listen');
    // A client that comes in the moment between open and closed is reset by the kernel; none is served.
    const answer = await new HttpClient(await program.url()).request();
    expect(['refused', 'reset']).toContain(answer.outcome);
    expect((await program.exit).code).toBe(1);
  });

  it('does not wait for an application whose creation has failed', async () => {
    const program = startService({ nest, faults: ['failed-creation'] });
    await program.waitForLine(/^listening on/);
    program.signal('SIGTERM');
    const exit = await program.exit;
    expect(stepsOf(exit)).toContain('creation failed');
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(reportOf(exit).outcome).toBe('clean');
  });

  it('does not wait for a start that has failed', async () => {
    const program = startService({ nest, ipc: true, faults: ['slow-init', 'failing-init', 'open-handle'] });
    await program.waitForLine(/database\.init$/);
    program.signal('SIGTERM');
    await program.waitForLine(/the shutdown begins once the start has settled/);
    program.send('init');
    await program.waitForLine(/start failed: the schema is missing/);
    const exit = await program.exit;
    expect(exit.output).toContain('stopped clean');
    expect(exit.output).not.toContain('the budget is used up');
  });
});
