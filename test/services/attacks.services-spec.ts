import { HttpClient } from '../support/http-client.js';
import { Http2Client } from '../support/http2-client.js';
import { FRAME, FrameClient } from '../support/http2-frames.js';
import { type Program, startProgram } from '../support/program.js';
import { RawClient } from '../support/raw-client.js';
import { reportOf } from '../support/service.js';

const ADAPTERS = ['express', 'fastify'] as const;
const VICTIMS = 5;
const EACH = 10;
const PIPELINED = 50;
/** Frames of a flood: beyond what Node lets pass without ending the session (1,000 resets at once, 1,000 unsent pings). */
const FLOOD = 3000;

function start(server: string, drainTimeout: string): Program {
  const options = { lameDuck: 0, drainTimeout, gracePeriod: '30s' };
  return startProgram('attacked', {
    nest: 12,
    ipc: true,
    env: { SERVER: server, ADAPTER: server, OPTIONS: JSON.stringify(options) },
  });
}

function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

const connections = (url: string): Promise<RawClient[]> => Promise.all(times(EACH, () => RawClient.connect(url)));

/** What no server has to understand. */
const MALFORMED = [
  'GET / HTTP/9.9\r\nHost: test\r\n\r\n',
  '\u0000\u0001\u0002\u0003\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: test\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
  'POST /upload HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n',
  `GET / HTTP/1.1\r\nHost: test\r\nX-Long: ${'x'.repeat(64 * 1024)}\r\n\r\n`,
];
const REQUEST = 'GET / HTTP/1.1\r\nHost: test\r\n\r\n';

describe.each(ADAPTERS)('hostile clients of HTTP/1.1 while the service drains, on %s:', (adapter) => {
  it('malformed requests, pipelines and half-closed connections end, and the requests of others are answered', async () => {
    const program = start(adapter, '15s');
    const url = await program.url();
    const [malformed, pipelines, halves] = [await connections(url), await connections(url), await connections(url)];
    for (const client of [...malformed, ...pipelines, ...halves]) client.send(REQUEST);
    await Promise.all([...malformed, ...pipelines, ...halves].map((client) => client.until(/hello$/)));
    const victims = times(VICTIMS, () => new HttpClient(url).request({ path: '/slow' }));
    await program.waitForLine(new RegExp(`^slow: ${VICTIMS}$`));
    const late = await connections(url);
    program.signal('SIGTERM');
    await program.waitForLine(/^phase: draining$/);
    for (const [index, client] of malformed.entries()) client.send(MALFORMED[index % MALFORMED.length] ?? '');
    for (const client of [...pipelines, ...late]) client.send(REQUEST.repeat(PIPELINED));
    for (const client of halves) {
      client.send(REQUEST);
      client.endSending();
    }
    await Promise.all([...malformed, ...halves, ...pipelines, ...late].map(({ closed }) => closed));
    expect(program.hasExited).toBe(false);
    program.send('slow');
    const answers = await Promise.all(victims);
    expect(answers).toEqual(times(VICTIMS, () => expect.objectContaining({ outcome: 'ok', body: 'slow' }) as object));
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(exit.output).toMatch(/^left: 0$/m);
    expect(reportOf(exit)).toMatchObject({ outcome: 'clean', late: false, errors: [], requests: { interrupted: [] } });
  });

  it('slow readers and unfinished uploads are cut at the end of the drain, each is named, and heads that never end are not', async () => {
    const program = start(adapter, '1s');
    const url = await program.url();
    const [readers, uploads, heads] = [await connections(url), await connections(url), await connections(url)];
    for (const client of readers) client.ask('GET', '/large');
    await Promise.all(readers.map((client) => client.until(/200 OK/)));
    for (const client of readers) client.pause();
    for (const client of uploads) {
      client.send(
        'POST /upload HTTP/1.1',
        'Host: test',
        'Content-Type: application/json',
        'Content-Length: 99',
        '',
        '{',
      );
    }
    for (const client of heads) client.send('GET / HTTP/1.1', 'Host: te');
    // Answered on another connection after they have come.
    expect(await new HttpClient(url).request()).toMatchObject({ outcome: 'ok' });
    program.signal('SIGTERM');
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 1, signal: null });
    expect(exit.output).toMatch(/^left: 0$/m);
    const { outcome, late, errors, requests } = reportOf(exit);
    expect({ outcome, late, errors }).toEqual({ outcome: 'interrupted', late: false, errors: [] });
    const names = requests.interrupted.map(({ name }) => name).toSorted();
    expect(names).toEqual([...times(EACH, () => 'GET /large'), ...times(EACH, () => 'POST (still uploading)')]);
  });
});

/** Each is one client's, on a session of its own. */
const FLOODS: Record<string, (client: FrameClient) => void> = {
  'a rapid reset': (client) => {
    const streamId = client.get('/');
    client.send(FRAME.resetStream, streamId, Buffer.from([0, 0, 0, 8]));
  },
  'a flood of SETTINGS': (client) => client.send(FRAME.settings),
  'a flood of PINGs': (client) => client.send(FRAME.ping, 0, Buffer.alloc(8)),
};

describe.each(Object.entries(FLOODS))('hostile clients of HTTP/2 while the service drains: %s', (_, attack) => {
  it('ends nothing but its own session, and the requests of others are answered', async () => {
    const program = start('http2', '15s');
    const url = await program.url();
    const victim = await Http2Client.connect(url);
    const answers = times(VICTIMS, () => victim.ask('/slow'));
    await program.waitForLine(new RegExp(`^slow: ${VICTIMS}$`));
    const attackers = await Promise.all(times(3, () => FrameClient.connect(url)));
    // A session with a request is not an idle one.
    for (const client of attackers) client.get('/slow');
    await program.waitForLine(new RegExp(`^slow: ${VICTIMS + attackers.length}$`));
    program.signal('SIGTERM');
    await program.waitForLine(/^phase: draining$/);
    for (const client of attackers) for (let count = 0; count < FLOOD; count += 1) attack(client);
    program.send('slow');
    expect(await Promise.all(answers)).toEqual(
      times(VICTIMS, () => expect.objectContaining({ body: 'slow' }) as object),
    );
    const exit = await program.exit;
    expect(exit).toMatchObject({ signal: null });
    expect(exit.output).toMatch(/^left: 0$/m);
    const { outcome, late, errors } = reportOf(exit);
    expect({ outcome, late, errors }).toEqual({ outcome: 'clean', late: false, errors: [] });
    await Promise.all(attackers.map(({ closed }) => closed));
  });
});
