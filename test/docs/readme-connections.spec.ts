import { HttpClient } from '../support/http-client.js';
import { type Program } from '../support/program.js';
import { compileReadme, requestReceived, type StartSection } from './readme-app.js';
import { SECTIONS } from './readme.js';

let startReadme: StartSection;
beforeAll(() => {
  startReadme = compileReadme('connections');
});

/** Asks, and returns the answer to come once the program has the request. */
async function ask(program: Program, path: string, headers = {}): Promise<{ readonly answer: Promise<unknown> }> {
  const answer = fetch(`${await program.url()}${path}`, { headers }).then((response) => response.json());
  await requestReceived(program, path);
  return { answer };
}

describe('the requests of the README that take long', () => {
  it('a long poll answers when draining begins, while other requests are finished', async () => {
    const program = startReadme(SECTIONS.connections);
    const poll = await ask(program, '/changes');
    const summary = await ask(program, '/changes/summary');
    program.signal('SIGTERM');
    const first = await Promise.race([poll, summary].map(({ answer }) => answer));
    expect(first).toEqual({ changes: [] });
    expect(await summary.answer).toEqual({ pages: 300, isComplete: true });
    expect((await program.exit).code).toBe(0);
  });

  it('work that has no more time says how far it came', async () => {
    const program = startReadme(SECTIONS.connections, { SHUTDOWN_DRAIN_TIMEOUT: '1s' });
    const { answer } = await ask(program, '/changes/summary');
    program.signal('SIGTERM');
    expect(await answer).toEqual({ pages: expect.any(Number) as number, isComplete: false });
    expect((await program.exit).code).toBe(0);
  });

  it('work that can be continued elsewhere ends with the signal', async () => {
    const program = startReadme(SECTIONS.connections, { SHUTDOWN_LAME_DUCK: '10s' });
    const { answer } = await ask(program, '/changes/sync');
    program.signal('SIGTERM');
    const { next } = (await answer) as { next: number };
    expect(next).toBeLessThan(300);
    expect(program.output).toContain('phase lame-duck');
    expect(program.output).not.toContain('phase draining');
    program.signal('SIGKILL');
  });
});

describe('the traffic options of the README', () => {
  it('refuse late requests but exempt ones, and name requests by their ids', async () => {
    const program = startReadme(SECTIONS.connections);
    const { answer } = await ask(program, '/changes/summary', { 'x-amzn-trace-id': 'Root=1-67' });
    program.signal('SIGTERM');
    await program.waitForLine(/phase draining/);
    const client = new HttpClient(await program.url());
    const late = await client.request({ path: '/changes' });
    expect(late).toMatchObject({ status: 503, body: '{"error":"restarting"}' });
    expect(late.headers.get('retry-after')).toMatch(/^[1-5]$/);
    expect(await client.request({ path: '/admin/users' })).toMatchObject({ status: 404 });
    expect(await client.request({ path: '/api/health' })).toMatchObject({ status: 404 });
    await program.waitForLine(/draining: waiting for 1 .*: GET \/changes\/summary \(Root=1-67\)$/);
    expect(await answer).toMatchObject({ isComplete: true });
    expect((await program.exit).code).toBe(0);
  });
});

describe('the admin port of the README', () => {
  it('is asked to leave like the other one, and closed', async () => {
    const program = startReadme(SECTIONS.connections, { SHUTDOWN_LAME_DUCK: '3s' });
    await program.url();
    const [, port] = await program.waitForLine(/^admin port on (\d+)$/);
    const client = new HttpClient(`http://127.0.0.1:${port}`);
    expect((await client.request()).headers.get('connection')).toBe('keep-alive');
    program.signal('SIGTERM');
    await program.waitForLine(/phase lame-duck/);
    const last = await client.request();
    expect([last.body, last.headers.get('connection')]).toEqual(['admin\n', 'close']);
    expect((await program.exit).code).toBe(0);
  });
});

describe('the lame duck for HAProxy of the README', () => {
  it('ends with the fourth failure', async () => {
    const program = startReadme(SECTIONS.time);
    const url = await program.url();
    let checkers = 0;
    // Each from an address of its own: answers to one address count once a second.
    const check = async (): Promise<unknown> => {
      checkers += 1;
      const client = new HttpClient(url, { localAddress: `127.0.0.${10 + checkers}` });
      const answer = await client.request({ path: '/health/ready' });
      client.close();
      return answer;
    };
    expect(await check()).toMatchObject({ status: 200 });
    program.signal('SIGTERM');
    await program.waitForLine(/phase lame-duck/);
    for (let failures = 0; failures < 3; failures += 1) expect(await check()).toMatchObject({ status: 503 });
    expect(program.output).not.toContain('lame duck over');
    expect(await check()).toMatchObject({ status: 503 });
    await program.waitForLine(/lame duck over: enough probes have seen that readiness fails/);
    expect((await program.exit).code).toBe(0);
  });
});
