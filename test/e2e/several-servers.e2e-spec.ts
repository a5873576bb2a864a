import { HttpClient } from '../support/http-client.js';
import { KINDS } from '../support/program-kinds.js';
import { startProgram } from '../support/program.js';
import { reportOf } from '../support/service.js';

describe.each(KINDS)('a service with init() and several servers of its own, on Nest %i with %s', (nest, adapter) => {
  it('answers what each of them works on after SIGTERM, and ends clean', async () => {
    const program = startProgram('several-servers', { nest, ipc: true, env: { ADAPTER: adapter } });
    const answers = ['first', 'second'].map(async (name) => {
      const [, port] = await program.waitForLine(new RegExp(`^${name} on (\\d+)$`));
      return new HttpClient(`http://127.0.0.1:${port}`).request({ path: '/slow' });
    });
    await program.waitForLine(/^slow: 2$/);
    await program.waitForLine(/^phase: ready$/);
    program.signal('SIGTERM');
    await program.waitForLine(/^phase: draining$/);
    program.send('slow');
    expect(await Promise.all(answers)).toMatchObject([
      { outcome: 'ok', body: 'slow' },
      { outcome: 'ok', body: 'slow' },
    ]);
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(reportOf(exit)).toMatchObject({
      outcome: 'clean',
      unseen: [],
      requests: { inFlightAtStart: 2, drained: 2 },
    });
  });
});
