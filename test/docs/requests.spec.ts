import { HttpClient } from '../support/http-client.js';
import { type Program } from '../support/program.js';
import { compilePages, requestReceived } from './page-programs.js';

let leaving: Program;
let ending: Program;
let refusing: Program;
let checked: Program;
let withAdminPort: Program;

beforeAll(() => {
  const start = compilePages('requests');
  leaving = start('long-lived', { SHUTDOWN_LAME_DUCK: '20s' });
  ending = start('long-lived', { SHUTDOWN_DRAIN_TIMEOUT: '1s' });
  refusing = start(['requests', 'long-lived']);
  checked = start('time');
  withAdminPort = start('connections', { SHUTDOWN_LAME_DUCK: '3s' });
});

/** Asks, and returns the answer to come once the program has the request. */
async function ask(program: Program, path: string, headers = {}): Promise<{ readonly answer: Promise<unknown> }> {
  const answer = fetch(`${await program.url()}${path}`, { headers }).then((response) => response.json());
  await requestReceived(program, path);
  return { answer };
}

describe('the page of long-lived requests', () => {
  it('work that another replica can continue ends with the signal', async () => {
    const { answer } = await ask(leaving, '/changes/sync');
    leaving.signal('SIGTERM');
    const { next } = (await answer) as { next: number };
    expect(next).toBeLessThan(300);
    expect(leaving.output).toContain('phase lame-duck');
    expect(leaving.output).not.toContain('phase draining');
    leaving.signal('SIGKILL');
  });

  it('a long poll answers when draining begins, and work that has no more time says how far it came', async () => {
    const poll = await ask(ending, '/changes');
    const summary = await ask(ending, '/changes/summary');
    ending.signal('SIGTERM');
    const first = await Promise.race([poll, summary].map(({ answer }) => answer));
    expect(first).toEqual({ changes: [] });
    expect(await summary.answer).toEqual({ pages: expect.any(Number) as number, isComplete: false });
    expect((await ending.exit).code).toBe(0);
  });
});

describe('the page of exempt and late requests', () => {
  it('late requests are refused but for exempt ones, others finish, and requests are named by their ids', async () => {
    const { answer } = await ask(refusing, '/changes/summary', { 'x-amzn-trace-id': 'Root=1-67' });
    refusing.signal('SIGTERM');
    await refusing.waitForLine(/phase draining/);
    const client = new HttpClient(await refusing.url());
    const late = await client.request({ path: '/changes' });
    expect(late).toMatchObject({ status: 503, body: '{"error":"restarting"}' });
    expect(late.headers.get('retry-after')).toMatch(/^[1-5]$/);
    expect(await client.request({ path: '/admin/users' })).toMatchObject({ status: 404 });
    expect(await client.request({ path: '/api/health' })).toMatchObject({ status: 404 });
    await refusing.waitForLine(/draining: waiting for 1 .*: GET \/changes\/summary \(Root=1-67\)$/);
    expect(await answer).toMatchObject({ pages: 300, isComplete: true });
    expect((await refusing.exit).code).toBe(0);
  });
});

describe('the admin port of the page of connections', () => {
  it('asks its clients to leave like the other one, and is closed', async () => {
    const [, port] = await withAdminPort.waitForLine(/^admin port on (\d+)$/);
    await withAdminPort.url();
    const client = new HttpClient(`http://127.0.0.1:${port}`);
    expect((await client.request()).headers.get('connection')).toBe('keep-alive');
    withAdminPort.signal('SIGTERM');
    await withAdminPort.waitForLine(/phase lame-duck/);
    const last = await client.request();
    expect([last.body, last.headers.get('connection')]).toEqual(['admin\n', 'close']);
    expect((await withAdminPort.exit).code).toBe(0);
  });
});

describe('the lame duck for HAProxy of the page of the time', () => {
  it('ends with the fourth failure', async () => {
    const url = await checked.url();
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
    checked.signal('SIGTERM');
    await checked.waitForLine(/phase lame-duck/);
    for (let failures = 0; failures < 3; failures += 1) expect(await check()).toMatchObject({ status: 503 });
    expect(checked.output).not.toContain('lame duck over');
    expect(await check()).toMatchObject({ status: 503 });
    await checked.waitForLine(/lame duck over: enough probes have seen that readiness fails/);
    expect((await checked.exit).code).toBe(0);
  });
});
