import { HttpClient } from '../support/http-client.js';
import { itNeeds } from '../support/machine.js';
import { type Program } from '../support/program.js';
import { compileForNest11, compilePages, requestReceived, statusOf } from './page-programs.js';
import { readmeManifest } from './manifests.js';
import { onlyBlock } from './pages.js';
import { fieldsOf } from './report-fields.js';
import { curl, curlLines, typeLine } from './typed-lines.js';

let service: Program;
let onNest11: Program;
let lameDuck: Program;
let reporting: Program;

beforeAll(() => {
  const start = compilePages('readme');
  service = start('README');
  onNest11 = compileForNest11('readme')('README');
  lameDuck = start('README', { SHUTDOWN_LAME_DUCK: '20s' });
  reporting = start('report', { SHUTDOWN_DRAIN_TIMEOUT: '500ms' });
});

/** Asks for an order that was not asked for before, and sends SIGTERM once the request has come. */
async function stopWithOrder(program: Program): Promise<{ status: number; body: string }> {
  const answer = fetch(`${await program.url()}/orders/8`);
  await requestReceived(program, '/orders/8');
  program.signal('SIGTERM');
  const response = await answer;
  return { status: response.status, body: await response.text() };
}

describe('the sixty-second start of the README', () => {
  itNeeds(curl, 'answers its curl lines', async () => {
    const lines = curlLines('README');
    expect(lines).toHaveLength(4);
    const url = await service.url();
    const answers = await Promise.all(lines.map((line) => typeLine(line, url)));
    expect(answers).toEqual(lines.map(() => expect.stringMatching(/^HTTP\/1\.1 200 OK/) as string));
  });

  it('answers each probe of the manifest, on its port and path', async () => {
    const { ports, startupProbe, livenessProbe, readinessProbe } = readmeManifest().container;
    expect(ports).toEqual([{ name: 'http', containerPort: 3000 }]);
    const gets = [startupProbe, livenessProbe, readinessProbe].map((probe) => probe?.httpGet);
    expect(gets).toEqual(['startup', 'live', 'ready'].map((name) => ({ path: `/health/${name}`, port: 'http' })));
    for (const get of gets) expect(await statusOf(service, get?.path ?? '')).toBe(200);
  });

  it('answers the request that is in flight at the signal, and logs what the page of the report shows', async () => {
    expect(await stopWithOrder(service)).toEqual({ status: 200, body: '{"id":"8"}' });
    expect(logOf((await service.exit).output)).toEqual(shownLog());
    expect((await service.exit).code).toBe(0);
  });

  it('does the same on Nest 11, as CommonJS', async () => {
    expect(await stopWithOrder(onNest11)).toEqual({ status: 200, body: '{"id":"8"}' });
    expect(logOf((await onNest11.exit).output)).toEqual(shownLog());
    expect((await onNest11.exit).code).toBe(0);
  });

  it('keeps serving as a lame duck, and a second SIGTERM ends it at once with 128 + n', async () => {
    const client = new HttpClient(await lameDuck.url());
    lameDuck.signal('SIGTERM');
    await lameDuck.waitForLine(/phase lame-duck/);
    expect(await client.request({ path: '/health/ready' })).toMatchObject({ status: 503 });
    expect(await client.request({ path: '/health/live' })).toMatchObject({ status: 200 });
    const order = await client.request({ path: '/orders/7' }); // takes longer than the guard against signals that come twice
    expect([order.status, order.headers.get('connection')]).toEqual([200, 'close']);
    lameDuck.signal('SIGTERM');
    expect(await lameDuck.exit).toMatchObject({ code: 143, signal: null });
  });
});

describe('the report', () => {
  it('has exactly the fields its page shows, printed by the program its page shows', async () => {
    expect((await stopWithOrder(reporting)).status).toBe(503);
    const { code, output } = await reporting.exit;
    const printed: unknown = JSON.parse(/^\{$[^]*?^\}$/m.exec(output)?.[0] ?? '');
    const shown: unknown = JSON.parse(onlyBlock('json', 'report').text);
    expect(code).toBe(1);
    expect(fieldsOf(printed)).toEqual(fieldsOf(shown));
  });
});

/** The log that the page of the report shows. */
function shownLog(): string[] {
  return onlyBlock('text', 'report').text.trim().split('\n').map(withoutTimes);
}

/** The library's lines of a log, from the signal on, without the times. */
function logOf(output: string): string[] {
  const lines = output.split('\n').flatMap((line) => /(\w+ \[GracefulShutdown\] .*)$/.exec(line)?.[1] ?? []);
  const shutdown = lines.slice(lines.findIndex((line) => line.includes('shutting down')));
  return shutdown.filter((line) => !OF_A_BUSY_MACHINE.test(line)).map(withoutTimes);
}

/** That the machine was busy when the signal came is true where it is said, and not on the page. */
const OF_A_BUSY_MACHINE = /the event loop was blocked for/;

function withoutTimes(line: string): string {
  return line.replaceAll(/\d+(\.\d+)?m?s\b/g, '<time>');
}
