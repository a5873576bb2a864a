import { HttpClient } from '../support/http-client.js';
import { type Program } from '../support/program.js';
import { compileReadme, compileReadmeForNest11, requestReceived, type StartSection } from './readme-app.js';
import { readmeBlock, SECTIONS } from './readme.js';
import { fieldsOf } from './report-fields.js';

let startReadme: StartSection;
beforeAll(() => {
  startReadme = compileReadme('programs');
});

async function statusOf(program: Program, path: string): Promise<number> {
  return (await fetch(`${await program.url()}${path}`)).status;
}

async function stopCleanly(program: Program): Promise<string> {
  program.signal('SIGTERM');
  const { code, output } = await program.exit;
  expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
  return output;
}

describe('the sixty-second start', () => {
  it('answers the probes, and the request that was in flight at the signal, and logs what the README shows', async () => {
    const program = startReadme(SECTIONS.start);
    for (const probe of ['live', 'ready', 'startup']) expect(await statusOf(program, `/health/${probe}`)).toBe(200);
    const answer = fetch(`${await program.url()}/orders/7`);
    await requestReceived(program, '/orders/7');
    const output = await stopCleanly(program);
    expect((await answer).status).toBe(200);
    expect(logOf(output)).toEqual(shownLog());
  });

  it('does the same on Nest 11, as CommonJS', async () => {
    const program = compileReadmeForNest11('programs')(SECTIONS.start);
    const answer = fetch(`${await program.url()}/orders/7`);
    await requestReceived(program, '/orders/7');
    const output = await stopCleanly(program);
    expect((await answer).status).toBe(200);
    expect(logOf(output)).toEqual(shownLog());
  });

  it('keeps serving as a lame duck: readiness red, liveness green, Connection: close', async () => {
    const program = startReadme(SECTIONS.start, { SHUTDOWN_LAME_DUCK: '3s' });
    const client = new HttpClient(await program.url());
    program.signal('SIGTERM');
    await program.waitForLine(/phase lame-duck/);
    expect(await client.request({ path: '/health/ready' })).toMatchObject({ status: 503 });
    expect(await client.request({ path: '/health/live' })).toMatchObject({ status: 200 });
    const order = await client.request({ path: '/orders/7' });
    expect([order.status, order.headers.get('connection')]).toEqual([200, 'close']);
    expect((await program.exit).code).toBe(0);
  });
});

describe('the exit codes', () => {
  it('a second SIGTERM ends at once, with 128 + n', async () => {
    const program = startReadme(SECTIONS.start, { SHUTDOWN_LAME_DUCK: '20s' });
    await program.url();
    program.signal('SIGTERM');
    await statusOf(program, '/orders/7'); // takes longer than the guard against signals that come twice
    program.signal('SIGTERM');
    expect(await program.exit).toMatchObject({ code: 143, signal: null });
  });
});

describe('the report', () => {
  it('has exactly the fields the README shows, printed by the program the README shows', async () => {
    const program = startReadme(SECTIONS.report, { SHUTDOWN_DRAIN_TIMEOUT: '500ms' });
    const answer = fetch(`${await program.url()}/orders/7`);
    await requestReceived(program, '/orders/7');
    program.signal('SIGTERM');
    const { code, output } = await program.exit;
    expect((await answer).status).toBe(503);
    const printed: unknown = JSON.parse(/^\{$[^]*?^\}$/m.exec(output)?.[0] ?? '');
    const shown: unknown = JSON.parse(readmeBlock('json', SECTIONS.report).text);
    expect(code).toBe(1);
    expect(fieldsOf(printed)).toEqual(fieldsOf(shown));
  });
});

describe('the modules the README shows', () => {
  it('options: the factory is asked, and the probes are on unless HEALTH says off', async () => {
    const program = startReadme(SECTIONS.options);
    expect(await statusOf(program, '/health/ready')).toBe(200);
    await stopCleanly(program);
    const without = startReadme(SECTIONS.options, { HEALTH: 'off' });
    expect(await statusOf(without, '/health/ready')).toBe(404);
    await stopCleanly(without);
  });

  it('hooks: every one is run, in the order the README says', async () => {
    const program = startReadme(SECTIONS.hooks);
    await program.url();
    const done = [...(await stopCleanly(program)).matchAll(/hook ([\w.]+) done/g)].map(([, name]) => name);
    expect(done).toEqual(['Outbox.stopTaking', 'outbox', 'broker']);
  });

  it('health: the Terminus controller answers, and the gates are part of readiness', async () => {
    const program = startReadme(SECTIONS.health);
    for (const probe of ['live', 'startup']) expect(await statusOf(program, `/health/${probe}`)).toBe(200);
    const ready = await fetch(`${await program.url()}/health/ready`);
    expect([ready.status, await ready.json()]).toMatchObject([
      200,
      { details: { cache: { status: 'up' }, readiness: { status: 'up', gates: { database: 'up', cache: 'up' } } } },
    ]);
    await stopCleanly(program);
  });
});

/** The log that the README shows. */
function shownLog(): string[] {
  return readmeBlock('text', SECTIONS.report).text.trim().split('\n').map(withoutTimes);
}

/** The library's lines of a log, from the signal on, without the times. */
function logOf(output: string): string[] {
  const lines = output.split('\n').flatMap((line) => /(\w+ \[GracefulShutdown\] .*)$/.exec(line)?.[1] ?? []);
  return lines.slice(lines.findIndex((line) => line.includes('shutting down'))).map(withoutTimes);
}

function withoutTimes(line: string): string {
  return line.replaceAll(/\d+(\.\d+)?m?s\b/g, '<time>');
}
