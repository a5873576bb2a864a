import { firstValueFrom } from 'rxjs';
import { freePort } from '../support/free-port.js';
import { HttpClient } from '../support/http-client.js';
import { messageClient } from '../support/message-client.js';
import { NESTS } from '../support/program-kinds.js';
import { reportOf, startService, stepsOf } from '../support/service.js';

describe.each(NESTS.map((nest) => `oldest ${nest}` as const))('a signal on the %s', (nest) => {
  it.each(['hybrid', 'fastify'] as const)(
    'takes a %s application through hooks and providers in order, once its request is answered',
    async (kind) => {
      const program = startService({ nest, kind, ipc: true, faults: ['open-handle'] });
      const answer = new HttpClient(await program.url()).request({ path: '/slow' });
      await program.waitForLine(/slow\.started/);
      program.signal('SIGTERM');
      await program.waitForLine(/phase: draining/);
      expect(program.output).not.toContain('database.destroy');
      program.send('slow');
      expect(await answer).toMatchObject({ outcome: 'ok', body: 'slow' });
      const exit = await program.exit;
      expect(exit).toMatchObject({ code: 0, signal: null });
      expect(stepsOf(exit).slice(-6)).toEqual([
        'outbox.leave lame-duck SIGTERM',
        'outbox.flush',
        'outbox.close',
        'database.destroy',
        'database.before',
        'database.shutdown',
      ]);
      expect(reportOf(exit)).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 1, drained: 1 } });
    },
  );

  it('waits for the message that a microservice works on, and answers it', async () => {
    const port = await freePort();
    const program = startService({ nest, kind: 'tcp', ipc: true, env: { TCP_PORT: String(port) } });
    await program.waitForLine(/^listening on/);
    const answer = firstValueFrom(messageClient(port).send<string>('slow', {}));
    await program.waitForLine(/message\.started/);
    program.signal('SIGTERM');
    await program.waitForLine(/phase: draining/);
    program.send('slow');
    expect(await answer).toBe('slow');
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(reportOf(exit)).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 1, drained: 1 } });
  });
});
