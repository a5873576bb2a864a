import { ask } from '../support/http-app.js';
import { type Program, startProgram } from '../support/program.js';
import { reportOf, stepsOf } from '../support/service.js';

describe.each([12, 11] as const)('a worker with background tasks, on Nest %i', (nest) => {
  async function start(): Promise<Program> {
    const program = startProgram('background-worker', { nest, ipc: true });
    await program.waitForLine(/step: run 3$/);
    await program.waitForLine(/phase: ready$/);
    return program;
  }

  it('cancels its pollers at the signal, and waits for its job', async () => {
    const program = await start();
    program.signal('SIGTERM');
    await program.waitForLine(/waiting for 1 .*: job$/);
    program.send('done');
    const exit = await program.exit;
    expect({ code: exit.code, signal: exit.signal }).toEqual({ code: 0, signal: null });
    expect(reportOf(exit)).toMatchObject({
      outcome: 'clean',
      requests: { inFlightAtStart: 3, drained: 3, interrupted: [] },
      sources: [{ name: 'tasks', inFlightAtStart: 3, drained: 3 }],
      errors: [],
    });
  });

  it('drains over HTTP, stays up, and runs its hooks at the signal', async () => {
    const program = await start();
    const [, port] = await program.waitForLine(/probes on port (\d+)/);
    const probes = `http://127.0.0.1:${port}`;
    const drained = ask(probes, { method: 'POST', path: '/drain' });
    await program.waitForLine(/waiting for 1 .*: job$/);
    program.send('done');
    expect(JSON.parse((await drained).body)).toMatchObject({ outcome: 'drained', drained: 3, interrupted: 0 });
    expect((await ask(probes, '/health/ready')).status).toBe(503);
    program.signal('SIGTERM');
    const exit = await program.exit;
    expect(stepsOf(exit)).toEqual(['run 3', 'closed']);
    expect({ code: exit.code, ...reportOf(exit) }).toMatchObject({
      code: 0,
      outcome: 'clean',
      signal: 'SIGTERM',
      reason: 'POST /drain',
    });
  });
});
