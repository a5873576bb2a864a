import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { findProbes } from './find-probes.js';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

/** Answers each path with its statuses, one after the other, the last for ever; 404 elsewhere. */
async function serve(answers: Readonly<Record<string, number[]>>): Promise<number> {
  const server = createServer(({ url = '' }, response) => {
    const [status = 404, ...rest] = answers[url] ?? [];
    if (rest.length > 0) answers[url]?.shift();
    response.writeHead(status).end();
  });
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  // Of a TCP server, an object.
  return (server.address() as AddressInfo).port;
}

/** Has an answer to every path. */
async function serveAll(
  answer: (url: string) => { body: string; headers?: Record<string, string>; status?: number },
): Promise<number> {
  const server = createServer(({ url = '' }, response) => {
    const { body, headers = {}, status = 200 } = answer(url);
    response.writeHead(status, headers).end(body);
  });
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  // Of a TCP server, an object.
  return (server.address() as AddressInfo).port;
}

describe('findProbes', () => {
  it('finds where a service says that it is ready, and that it lives', async () => {
    const port = await serve({ '/health/ready': [200], '/health/live': [204] });
    const { readiness, liveness, startup } = await findProbes(port, 3000);
    expect(startup).toMatchObject({ action: { path: '/health/live' }, failureThreshold: 120 });
    expect(readiness).toMatchObject({ action: { kind: 'http-get', path: '/health/ready', containerPort: 3000 } });
    expect(liveness).toMatchObject({ action: { kind: 'http-get', path: '/health/live' } });
  });

  it('waits for one that is there and not ready yet', async () => {
    const port = await serve({ '/readyz': [503, 503, 200], '/healthz': [200] });
    const { readiness } = await findProbes(port, 3000);
    expect(readiness.action).toMatchObject({ path: '/readyz' });
  });

  it('only connects where no usual path answers, and says so', async () => {
    const { readiness, liveness, notes } = await findProbes(await serve({ '/': [200] }), 3000);
    expect(readiness.action).toEqual({ kind: 'tcp-socket', containerPort: 3000 });
    expect(liveness).toBeUndefined();
    expect(notes).toEqual([
      expect.stringContaining('ready as soon as they listen'),
      expect.stringContaining('liveness'),
    ]);
  });

  describe('where a catch-all route answers every path', () => {
    const PROBES: Readonly<Record<string, string>> = { '/healthz/ready': '', '/healthz/live': 'ok' };
    const note = expect.stringContaining('This service answers any path') as string;

    it.each<[string, (url: string) => { body: string; headers?: Record<string, string>; status?: number }]>([
      ['with one text', () => ({ body: 'hi' })],
      ['with the path in it', (url) => ({ body: `Cannot say anything about ${url}` })],
      ['with a page', (url) => ({ body: `<p>${url.length}`, headers: { 'content-type': 'text/html; charset=utf-8' } })],
      ['with the way to a login', (url) => ({ body: '', status: 302, headers: { location: `/login?to=${url}` } })],
    ])('%s, takes only those that are answered otherwise', async (_how, answer) => {
      const found = await findProbes(
        await serveAll((url) => (url in PROBES ? { body: PROBES[url] ?? '' } : answer(url))),
        3000,
      );
      expect(found.readiness.action).toMatchObject({ path: '/healthz/ready' });
      expect(found.liveness?.action).toMatchObject({ path: '/healthz/live' });
      expect(found.notes).toContainEqual(note);
      const none = await findProbes(await serveAll(answer), 3000);
      expect(none.readiness.action).toMatchObject({ kind: 'tcp-socket' });
      expect(none.liveness).toBeUndefined();
    });
  });

  it('never takes one path for both: a liveness probe that asks for readiness restarts what only has to wait', async () => {
    const { readiness, liveness } = await findProbes(await serve({ '/health': [200] }), 3000);
    expect(readiness.action).toMatchObject({ path: '/health' });
    expect(liveness).toBeUndefined();
  });
});
