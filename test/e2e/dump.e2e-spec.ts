import { HttpClient } from '../support/http-client.js';
import { reportOf, startService } from '../support/service.js';

describe('a service that is asked what it is doing', () => {
  it('says so at SIGUSR2 while it serves and while it drains, and ends as ever at SIGTERM', async () => {
    const env = { HOOK_SIGNALS: 'SIGTERM,SIGINT' };
    const program = startService({ nest: 12, ipc: true, options: { dump: 'SIGUSR2' }, env });
    const answer = new HttpClient(await program.url()).request({ path: '/slow' });
    await program.waitForLine(/step: slow.started/);
    program.signal('SIGUSR2');
    await program.waitForLine(/dump: event loop: busy for \d+ %/);
    expect(program.output).toMatch(/dump: pid \d+, phase (starting|ready): 1 in flight, 0 hooks running/);
    expect(program.output).toMatch(/dump: in flight: GET \/slow \(response\), for \d/);
    expect(program.output).toMatch(/dump: open: TCPServerWrap 1 \(127\.0\.0\.1:\d+\)/);
    program.signal('SIGTERM');
    await program.waitForLine(/phase: draining/);
    program.signal('SIGUSR2');
    await program.waitForLine(/dump: pid \d+, phase draining: 1 in flight, .* left of 28s/);
    program.send('slow');
    expect(await answer).toMatchObject({ outcome: 'ok', body: 'slow' });
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(reportOf(exit)).toMatchObject({ outcome: 'clean', reason: 'SIGTERM' });
  });

  it('leaves SIGUSR2 to Nest where that closes the application at it, and says what to type', async () => {
    const program = startService({ nest: 11, options: { dump: 'SIGUSR2' } });
    await program.waitForLine(/WARN .*dump: 'SIGUSR2' writes nothing, because Nest closes .* Type dump: 'SIGTTIN'/);
    program.signal('SIGUSR2');
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(reportOf(exit)).toMatchObject({ outcome: 'clean', reason: 'SIGUSR2' });
    expect(exit.output).not.toContain('dump: pid');
  });
});
