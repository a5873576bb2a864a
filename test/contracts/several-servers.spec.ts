import dns from 'node:dns';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, request, type RequestOptions } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createSecureServer as createHttp2Server } from 'node:http2';
import { once } from 'node:events';
import { connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acceptsConnections } from '../../libs/lifecycle/src/traffic/wire/listener-handle.js';
import { turns, until, watch } from '../support/event-loop.js';
import { Gate } from '../support/gate.js';
import { ADAPTERS, ask, urlOf } from '../support/http-app.js';
import { Http2Client } from '../support/http2-client.js';
import { RawClient } from '../support/raw-client.js';
import { killAfterTest } from '../support/started-programs.js';
import { TEST_CERTIFICATE } from '../support/test-certificate.js';
import { createTrafficWorld, connectionHeaders, hold } from '../support/traffic-world.js';

async function listen<T extends Server>(server: T, ...where: [number, string]): Promise<T> {
  killAfterTest({ kill: async () => void server.close() });
  await once(server.listen(...where), 'listening');
  return server;
}

/** What a request is answered with, and whether its connection ends. */
function fetchOver(options: RequestOptions): Promise<{ body: string; connection: string | undefined }> {
  return new Promise((resolve, reject) => {
    const asked = request({ ...options, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => resolve({ body, connection: response.headers.connection }));
    });
    asked.on('error', reject).end();
  });
}

describe.each(ADAPTERS)('a service on a socket path (%s)', (adapter) => {
  it('drains what is in flight there, turns away newcomers and removes the path', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lifecycle-'));
    killAfterTest({ kill: async () => rmSync(folder, { recursive: true, force: true }) });
    const socketPath = join(folder, 'http.sock');
    const world = await createTrafficWorld(adapter);
    // Fastify takes it as an option, which Nest types for its own kind of application only.
    await world.app.listen(adapter === 'fastify' ? ({ path: socketPath } as unknown as string) : socketPath);
    const answer = fetchOver({ socketPath, path: '/slow' });
    await world.slow.reached();
    const idle = connect(socketPath);
    await once(idle, 'connect');
    expect(world.shutdown.inFlight()).toMatchObject({ total: 1, responses: 1 });
    const closing = world.app.close();
    const state = watch(closing);
    await until('it drains', () => world.shutdown.phase === 'draining');
    await turns();
    expect(state.isSettled).toBe(false);
    await expect(fetchOver({ socketPath, path: '/' })).rejects.toThrow(/ENOENT|ECONNREFUSED/);
    world.slow.open();
    expect(await answer).toEqual({ body: 'slow', connection: 'close' });
    await Promise.all([closing, once(idle.resume(), 'close')]);
    expect(existsSync(socketPath)).toBe(false);
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 1, drained: 1 } });
  });
});

describe('Fastify on localhost, where that has two addresses', () => {
  it('drains requests on both of its servers', async () => {
    resolveLocalhostTwice();
    const world = await createTrafficWorld('fastify');
    await world.app.listen(0, 'localhost');
    const { port } = new URL(urlOf(world.server));
    const other = fetchOver({ host: '127.0.0.2', port, path: '/slow' });
    const main = fetchOver({ host: '127.0.0.1', port, path: '/slow' });
    await world.slow.reached(2);
    expect(world.shutdown.inFlight()).toMatchObject({ total: 2, responses: 2 });
    const closing = world.app.close();
    const state = watch(closing);
    await until('it drains', () => world.shutdown.phase === 'draining');
    await turns();
    expect(state.isSettled).toBe(false);
    await expect(fetchOver({ host: '127.0.0.2', port, path: '/' })).rejects.toThrow(/ECONNREFUSED/);
    world.slow.open();
    expect(await Promise.all([main, other])).toEqual([
      { body: 'slow', connection: 'close' },
      { body: 'slow', connection: 'close' },
    ]);
    await closing;
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 2, drained: 2 } });
  });
});

/** Not every machine gives localhost two addresses; Fastify opens a server for each that the resolver knows. */
function resolveLocalhostTwice(): void {
  const lookup = dns.lookup.bind(dns) as (...args: unknown[]) => void;
  const both = [
    { address: '127.0.0.1', family: 4 },
    { address: '127.0.0.2', family: 4 },
  ];
  const lookupBoth = (host: string, options: { all?: boolean }, done: (...args: unknown[]) => void): void =>
    void (host === 'localhost' && options.all === true ? setImmediate(done, null, both) : lookup(host, options, done));
  const spy = jest.spyOn(dns, 'lookup').mockImplementation(lookupBoth as never);
  killAfterTest({ kill: async () => spy.mockRestore() });
}

describe("Nest's recipe for several servers, each given to trackServer()", () => {
  it('drains requests on all of them, says so on all connections, and closes them', async () => {
    const world = await createTrafficWorld('express');
    await world.app.init();
    const express = world.app.getHttpAdapter().getInstance() as () => void;
    const http = await listen(createServer(express), 0, '127.0.0.1');
    const https = await listen(createSecureServer(TEST_CERTIFICATE, express), 0, '127.0.0.1');
    for (const server of [http, https]) world.shutdown.trackServer(server);
    const gate = hold(world, 'draining');

    const url = urlOf(http);
    const [plain, idle] = [await RawClient.connect(urlOf(http)), await RawClient.connect(urlOf(http))];
    const [secure, unused] = [await RawClient.connectSecurely(urlOf(https)), await RawClient.connect(urlOf(https))];
    for (const client of [plain, secure]) client.ask('GET', '/slow');
    await world.slow.reached(2);
    expect(world.shutdown.inFlight()).toMatchObject({ total: 2, responses: 2 });
    const closing = world.app.close();
    await gate.reached();
    await until('both have stopped to listen', () => ![http, https].some(acceptsConnections));
    expect(await ask(url, '/')).toMatchObject({ outcome: 'refused' });
    world.slow.open();
    await Promise.all([plain, secure, idle, unused].map(({ closed }) => closed));
    expect([plain, secure].map(({ received }) => connectionHeaders(received))).toEqual([['close'], ['close']]);
    gate.open();
    await closing;
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 2, drained: 2 } });
  });

  it('includes servers that are no Nest application, and are tracked before they listen', async () => {
    const world = await createTrafficWorld('express');
    await world.app.listen(0, '127.0.0.1');
    const gate = new Gate();
    const server = createHttp2Server({ ...TEST_CERTIFICATE, allowHTTP1: true }, (_request, response) => {
      void gate.pass().then(() => response.end('by hand'));
    });
    world.shutdown.trackServer(server);
    await listen(server, 0, '127.0.0.1');
    const client = await Http2Client.connect(urlOf(server).replace('http:', 'https:'));
    const answer = client.ask('/');
    await gate.reached();
    const closing = world.app.close();
    const state = watch(closing);
    await until('it drains', () => world.shutdown.phase === 'draining');
    await turns();
    expect(state.isSettled).toBe(false);
    gate.open();
    expect(await answer).toMatchObject({ outcome: 'answered', body: 'by hand' });
    await Promise.all([client.closed, closing]);
    expect(server.listening).toBe(false);
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 1, drained: 1 } });
  });

  it('lets go of a server when told so', async () => {
    const world = await createTrafficWorld('express');
    await world.app.init();
    const gate = new Gate();
    const server = await listen(
      createServer((_request, response) => void gate.pass().then(() => response.end('not ours'))),
      0,
      '127.0.0.1',
    );
    const tracked = world.shutdown.trackServer(server);
    tracked[Symbol.dispose]();
    const answer = ask(urlOf(server), '/');
    await gate.reached();
    expect(world.shutdown.inFlight()).toMatchObject({ total: 0 });
    await world.app.close();
    expect(server.listening).toBe(true);
    gate.open();
    expect(await answer).toMatchObject({ outcome: 'ok', body: 'not ours' });
    expect(world.shutdown.report).toMatchObject({ requests: { inFlightAtStart: 0, drained: 0 } });
  });
});
