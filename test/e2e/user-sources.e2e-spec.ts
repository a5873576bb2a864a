import { type Program, startProgram } from '../support/program.js';
import { reportOf, stepsOf } from '../support/service.js';

describe.each([12, 11] as const)('a consumer that is a source of work, on Nest %i', (nest) => {
  async function start(env: Record<string, string> = {}): Promise<Program> {
    const program = startProgram('pull-consumer', { nest, ipc: true, env });
    await program.waitForLine(/step: received 3$/);
    await program.waitForLine(/phase: ready$/);
    return program;
  }

  it('takes no more in from the signal on, and is waited for', async () => {
    const program = await start();
    program.signal('SIGTERM');
    await program.waitForLine(/step: stopped$/);
    await program.waitForLine(/waiting for 3 .*: order 1, order 2, order 3$/);
    for (const id of [2, 3, 1]) {
      program.send(String(id));
      await program.waitForLine(new RegExp(`step: acknowledged ${id}$`));
    }
    const exit = await program.exit;
    expect({ code: exit.code, signal: exit.signal }).toEqual({ code: 0, signal: null });
    expect(reportOf(exit)).toMatchObject({
      outcome: 'clean',
      requests: { inFlightAtStart: 3, drained: 3, interrupted: [] },
      sources: [{ name: 'orders consumer', inFlightAtStart: 3, drained: 3, interrupted: 0 }],
    });
  });

  it('is interrupted shortly before the time is up, so that what runs is given back', async () => {
    const program = await start({ SHUTDOWN_DRAIN_TIMEOUT: '500ms' });
    program.signal('SIGTERM');
    const exit = await program.exit;
    expect(stepsOf(exit).slice(-4)).toEqual(['stopped', 'gave back 1', 'gave back 2', 'gave back 3']);
    expect({ code: exit.code, ...reportOf(exit) }).toMatchObject({
      code: 0,
      outcome: 'clean',
      requests: { inFlightAtStart: 3, drained: 3 },
    });
  });
});
