import { HttpClient } from '../support/http-client.js';
import { HttpLoad } from '../support/http-load.js';
import { KINDS } from '../support/program-kinds.js';
import { reportOf, startService, stepsOf } from '../support/service.js';

/** Ends when traffic has gone, so that the test does not depend on how fast the machine is. */
const lameDuck = { min: '100ms', max: '20s', quiet: '500ms' } as const;
const clients = 50;

describe.each(KINDS)('traffic on Nest %i with %s', (nest, kind) => {
  it(`of ${clients} keep-alive clients that never retry loses nothing`, async () => {
    const program = startService({ nest, kind, options: { lameDuck } });
    const load = new HttpLoad({ url: await program.url(), clients });
    await load.answered(10 * clients);
    program.signal('SIGTERM');
    await program.waitForLine(/phase: lame-duck/);
    // Routers go on sending for a while, then look elsewhere.
    await load.answered(load.ledger.total + 20 * clients);
    const { total, counts, notOk } = await load.stop();
    expect(notOk).toEqual([]);
    expect(counts).toEqual({ ok: total });
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(reportOf(exit)).toMatchObject({ outcome: 'clean', requests: { refused: 0, interrupted: [] } });
  });

  it('on an idle kept-alive connection is served in the lame duck, and told that the connection ends', async () => {
    const program = startService({ nest, kind, options: { lameDuck } });
    const client = new HttpClient(await program.url());
    expect((await client.request()).headers.get('connection')).not.toBe('close');
    program.signal('SIGTERM');
    await program.waitForLine(/phase: lame-duck/);
    const answer = await client.request();
    expect(answer).toMatchObject({ outcome: 'ok', wasReused: true });
    expect(answer.headers.get('connection')).toBe('close');
    expect((await program.exit).code).toBe(0);
  });

  it('whose handlers say that the connection is kept is told that it ends all the same', async () => {
    const program = startService({ nest, kind, options: { lameDuck } });
    const client = new HttpClient(await program.url());
    expect((await client.request({ path: '/keep-alive' })).headers.get('connection')).toBe('keep-alive');
    program.signal('SIGTERM');
    await program.waitForLine(/phase: lame-duck/);
    const answer = await client.request({ path: '/keep-alive' });
    expect(answer).toMatchObject({ outcome: 'ok', body: 'kept' });
    expect(answer.headers.get('connection')).toBe('close');
    expect((await program.exit).code).toBe(0);
  });

  it('is not turned away in the lame duck by return503OnClosing of Nest', async () => {
    const program = startService({ nest, kind, options: { lameDuck }, faults: ['503-on-closing'] });
    const client = new HttpClient(await program.url());
    program.signal('SIGTERM');
    await program.waitForLine(/phase: lame-duck/);
    expect(await client.request()).toMatchObject({ outcome: 'ok', body: 'hello' });
    expect((await program.exit).code).toBe(0);
  });

  it('in flight on many connections drains to the last answer', async () => {
    const program = startService({ nest, kind, ipc: true });
    const url = await program.url();
    const answers = Array.from({ length: 20 }, () => new HttpClient(url).request({ path: '/slow' }));
    await program.waitForLine(/slow: 20$/);
    program.signal('SIGTERM');
    await program.waitForLine(/phase: draining/);
    program.send('slow');
    for (const answer of await Promise.all(answers)) {
      expect(answer).toMatchObject({ outcome: 'ok', body: 'slow' });
      expect(answer.headers.get('connection')).toBe('close');
    }
    const exit = await program.exit;
    expect(exit.code).toBe(0);
    expect(reportOf(exit).requests).toMatchObject({ inFlightAtStart: 20, drained: 20 });
    expect(stepsOf(exit)).toContain('database.shutdown');
  });
});
