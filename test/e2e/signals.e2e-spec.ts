import { HttpClient } from '../support/http-client.js';
import { NESTS } from '../support/program-kinds.js';
import { phasesOf, reportOf, startService, stepsOf } from '../support/service.js';

const SHUTDOWN_STEPS = [
  'outbox.leave lame-duck SIGTERM',
  'outbox.flush',
  'outbox.close',
  'database.destroy',
  'database.before',
  'database.shutdown',
];

describe.each(NESTS)('a signal on Nest %i', (nest) => {
  it.each(['express', 'fastify', 'hybrid', 'context'] as const)(
    'takes a %s application through all phases, hooks first, and exits 0',
    async (kind) => {
      const program = startService({ nest, kind, faults: ['open-handle'] });
      await program.waitForLine(/^listening on/);
      program.signal('SIGTERM');
      const exit = await program.exit;
      expect(exit).toMatchObject({ code: 0, signal: null });
      // A context is started by its creation, before anybody can subscribe.
      const seen = kind === 'context' ? ['ready'] : ['starting', 'ready'];
      expect(phasesOf(exit)).toEqual([...seen, 'lame-duck', 'draining', 'closing', 'stopped']);
      expect(stepsOf(exit)).toEqual(['database.init', 'database.initialised', ...SHUTDOWN_STEPS]);
      expect(reportOf(exit)).toMatchObject({ reason: 'SIGTERM', signal: 'SIGTERM', outcome: 'clean', exitCode: 0 });
    },
  );

  it('waits for a request in flight before anything it needs is closed', async () => {
    const program = startService({ nest, ipc: true });
    const answer = new HttpClient(await program.url()).request({ path: '/slow' });
    await program.waitForLine(/slow\.started/);
    program.signal('SIGTERM');
    await program.waitForLine(/phase: draining/);
    expect(program.output).not.toContain('database.destroy');
    program.send('slow');
    expect(await answer).toMatchObject({ outcome: 'ok', body: 'slow' });
    const exit = await program.exit;
    expect(exit.code).toBe(0);
    expect(reportOf(exit).requests).toMatchObject({ inFlightAtStart: 1, drained: 1, refused: 0, interrupted: [] });
  });

  it('turns readiness before listeners of the user run', async () => {
    const program = startService({ nest, env: { READY_IN_SIGNAL: 'yes' } });
    await program.waitForLine(/^listening on/);
    program.signal('SIGTERM');
    expect((await program.exit).output).toContain('shutting down: true');
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends at once on a second %s, with exit code %i', async (signal, code) => {
    const program = startService({ nest, faults: ['hanging-hook'], ownGroup: true });
    await program.waitForLine(/^listening on/);
    program.signal(signal);
    // The progress line comes after a second, which is beyond the guard where no wrapper stands in between.
    await program.waitForLine(/waiting for 1 .*hook Outbox\.flush/);
    program.signal(signal);
    const exit = await program.exit;
    expect(exit).toMatchObject({ code, signal: null });
    expect(exit.output).toContain(`${signal} again: ending at once`);
    expect(reportOf(exit)).toMatchObject({ outcome: 'forced', exitCode: code, leftBehind: ['hook Outbox.flush'] });
    expect(reportOf(exit).hooks).toContainEqual(expect.objectContaining({ name: 'Outbox.close', result: 'skipped' }));
  });

  it.each([
    ['SIGINT', 'SIGINT'],
    ['SIGTERM', 'SIGINT'],
    ['SIGINT', 'SIGTERM'],
  ] as const)('takes a %s and a %s that come together for one', async (first, second) => {
    const program = startService({ nest, ipc: true });
    const answer = new HttpClient(await program.url()).request({ path: '/slow' });
    await program.waitForLine(/slow\.started/);
    program.signal(first);
    program.signal(second);
    await program.waitForLine(/phase: draining/);
    program.send('slow');
    expect(await answer).toMatchObject({ outcome: 'ok' });
    expect(await program.exit).toMatchObject({ code: 0, signal: null });
  });

  it('hears a signal although enableShutdownHooks() comes after listen()', async () => {
    const program = startService({ nest, env: { HOOKS_AFTER: 'yes' }, faults: ['open-handle'] });
    await program.waitForLine(/^listening on/);
    program.signal('SIGTERM');
    const exit = await program.exit;
    expect(exit.code).toBe(0);
    expect(stepsOf(exit).slice(2)).toEqual(SHUTDOWN_STEPS);
  });

  it('ends with listeners of others attached, and with handles left open', async () => {
    const program = startService({ nest, faults: ['foreign-listener', 'open-handle'] });
    await program.waitForLine(/^listening on/);
    program.signal('SIGTERM');
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(stepsOf(exit)).toContain('foreign listener');
  });

  it('raises the signal again after a clean stop where exit is set to signal', async () => {
    const program = startService({ nest, options: { exit: 'signal' } });
    await program.waitForLine(/^listening on/);
    program.signal('SIGTERM');
    expect(await program.exit).toMatchObject({ code: null, signal: 'SIGTERM' });
  });

  it('that only Nest listens to, such as SIGHUP, still ends with an exit code of ours', async () => {
    const program = startService({ nest, faults: ['open-handle'] });
    await program.waitForLine(/^listening on/);
    program.signal('SIGHUP');
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(stepsOf(exit).slice(2)).toContain('outbox.flush');
    expect(reportOf(exit)).toMatchObject({ reason: 'SIGHUP', signal: 'SIGHUP', outcome: 'clean' });
  });

  it('waits for the work that a hook has left running, before the next priority', async () => {
    const program = startService({ nest, faults: ['late-task'] });
    await program.waitForLine(/^listening on/);
    program.signal('SIGTERM');
    const exit = await program.exit;
    expect(exit.code).toBe(0);
    expect(stepsOf(exit).slice(3, 6)).toEqual(['outbox.flush', 'outbox.sent', 'outbox.close']);
  });

  it('does its work although nobody reads its log any more', async () => {
    const program = startService({ nest, ipc: true });
    const answer = new HttpClient(await program.url()).request({ path: '/slow' });
    await program.waitForLine(/slow\.started/);
    program.stopReading();
    program.signal('SIGTERM');
    program.send('slow');
    expect(await answer).toMatchObject({ outcome: 'ok', body: 'slow' });
    expect(await program.exit).toMatchObject({ code: 0, signal: null });
  });

  it("comes as PM2's shutdown message too", async () => {
    const program = startService({ nest, ipc: true });
    await program.waitForLine(/^listening on/);
    program.send('shutdown');
    const exit = await program.exit;
    expect(exit.code).toBe(0);
    expect(reportOf(exit)).toMatchObject({ reason: 'shutdown message', outcome: 'clean' });
    expect(stepsOf(exit)).toContain('database.shutdown');
  });

  it('comes from the service itself too, for a reason of its own', async () => {
    const program = startService({ nest, faults: ['open-handle'] });
    const client = new HttpClient(await program.url());
    expect(await client.request({ path: '/stop' })).toMatchObject({ outcome: 'ok', body: 'stopping' });
    const exit = await program.exit;
    expect(exit.code).toBe(0);
    expect(reportOf(exit)).toMatchObject({ reason: 'the licence has run out', outcome: 'clean' });
    expect(stepsOf(exit)).toContain('outbox.leave lame-duck the licence has run out');
    expect(stepsOf(exit)).toContain('database.shutdown');
  });
});

describe.each(NESTS)('enableShutdownHooks() on Nest %i', (nest) => {
  it('never called: says at boot what to type; the drain and hooks run, and the process ends by the signal', async () => {
    const program = startService({ nest, hooks: 'off', faults: ['open-handle'] });
    await program.waitForLine(/WARN .*app\.enableShutdownHooks\(\) was not called.*Type app\.enableShutdownHooks\(\)/);
    program.signal('SIGTERM');
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: null, signal: 'SIGTERM' });
    expect(stepsOf(exit).slice(2)).toEqual(SHUTDOWN_STEPS.slice(0, 3));
    expect(exit.output).toContain('stopped clean');
  });

  it('never called: a failed hook shows in the exit code', async () => {
    const program = startService({ nest, hooks: 'off', faults: ['failing-hook'] });
    await program.waitForLine(/^listening on/);
    program.signal('SIGTERM');
    expect(await program.exit).toMatchObject({ code: 1, signal: null });
  });

  it('called with a list that leaves a signal out: that signal is told what to add', async () => {
    const program = startService({ nest, env: { HOOK_SIGNALS: 'SIGTERM' } });
    await program.waitForLine(/^listening on/);
    program.signal('SIGINT');
    const { output } = await program.exit;
    expect(output).toContain("enableShutdownHooks(['SIGTERM']) leaves SIGINT out");
    expect(output).toContain("type app.enableShutdownHooks(['SIGTERM', 'SIGINT'])");
    expect(output).not.toContain('Call app.enableShutdownHooks()');
  });

  it('called: says nothing at boot', async () => {
    const program = startService({ nest });
    await program.waitForLine(/^listening on/);
    program.signal('SIGTERM');
    expect((await program.exit).output).not.toContain('was not called');
  });

  it.each([
    [['failing-hook'], 1],
    [[], 0],
  ] as const)('called with useProcessExit, with faults %j: exits %i', async (faults, code) => {
    const program = startService({ nest, hooks: 'use-exit', faults });
    await program.waitForLine(/^listening on/);
    program.signal('SIGTERM');
    expect(await program.exit).toMatchObject({ code, signal: null });
  });
});

describe.each(NESTS)("a user's own handler on Nest %i", (nest) => {
  it('that calls app.close() is what closes the application, and its exit code stands', async () => {
    const program = startService({
      nest,
      hooks: 'off',
      faults: ['own-handler', 'open-handle'],
      env: { EXIT_WITH: '7' },
    });
    await program.waitForLine(/^listening on/);
    program.signal('SIGTERM');
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 7, signal: null });
    expect(stepsOf(exit).slice(2)).toEqual(SHUTDOWN_STEPS);
  });

  it('that exits 0 does not hide a failure', async () => {
    const program = startService({
      nest,
      hooks: 'off',
      faults: ['own-handler', 'failing-hook'],
      env: { EXIT_WITH: '0' },
    });
    await program.waitForLine(/^listening on/);
    program.signal('SIGTERM');
    expect(await program.exit).toMatchObject({ code: 1, signal: null });
  });

  it('that never exits is ended for, with handles left open', async () => {
    const options = { gracePeriod: '5s' } as const;
    const program = startService({ nest, hooks: 'off', faults: ['own-handler', 'open-handle'], options });
    await program.waitForLine(/^listening on/);
    program.signal('SIGTERM');
    expect(await program.exit).toMatchObject({ code: 0, signal: null });
  });
});

describe.each(NESTS)('app.close() on Nest %i', (nest) => {
  it('walks the same phases and does not end the process, which a later signal does by itself', async () => {
    const program = startService({ nest, ipc: true, faults: ['open-handle'] });
    await program.waitForLine(/^listening on/);
    program.send('app.close');
    await program.waitForLine(/^closed$/);
    expect(program.hasExited).toBe(false);
    expect(phasesOf(program)).toEqual(['starting', 'ready', 'lame-duck', 'draining', 'closing', 'stopped']);
    program.signal('SIGTERM');
    expect(await program.exit).toMatchObject({ code: null, signal: 'SIGTERM' });
  });

  it('overtaken by a signal ends the process, hooks run once', async () => {
    const program = startService({ nest, ipc: true });
    const answer = new HttpClient(await program.url()).request({ path: '/slow' });
    await program.waitForLine(/slow\.started/);
    program.send('app.close');
    await program.waitForLine(/phase: draining/);
    program.signal('SIGTERM');
    program.send('slow');
    expect(await answer).toMatchObject({ outcome: 'ok' });
    const exit = await program.exit;
    expect(exit.code).toBe(0);
    expect(stepsOf(exit).filter((step) => step === 'outbox.flush')).toHaveLength(1);
    expect(reportOf(exit)).toMatchObject({ reason: 'app.close()', signal: 'SIGTERM' });
  });
});
