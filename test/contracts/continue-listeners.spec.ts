import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { turns, until, watch } from '../support/event-loop.js';
import { Gate } from '../support/gate.js';
import { type Adapter, ADAPTERS } from '../support/http-app.js';
import { RawClient } from '../support/raw-client.js';
import { connectionHeaders, hold, startTrafficWorld, type TrafficWorld } from '../support/traffic-world.js';

type Listener = (request: IncomingMessage, response: ServerResponse, server: Server) => void;

function startWorld(adapter: Adapter, listener: Listener): Promise<TrafficWorld> {
  return startTrafficWorld(adapter, {
    prepare: (app) => {
      const server = app.getHttpServer() as Server;
      server.on('checkContinue', (request, response) => listener(request, response, server));
    },
  });
}

const HEADERS = ['Content-Type: application/octet-stream', 'Content-Length: 10', 'Expect: 100-continue'];

/** Node hands requests that expect 100 Continue to a listener of the application's own, when there is one. */
describe.each(ADAPTERS)("with a 'checkContinue' listener (%s)", (adapter) => {
  it('a request that it lets through is answered in lame duck as any other', async () => {
    const world = await startWorld(adapter, (request, response, server) => {
      response.writeContinue();
      server.emit('request', request, response);
    });
    const gate = hold(world, 'lame-duck');
    const client = await RawClient.connect(world.url);
    await world.connected();
    const closing = world.app.close();
    await gate.reached();
    client.ask('POST', '/upload', ...HEADERS);
    await client.until(/^HTTP\/1\.1 100 Continue\r\n\r\n$/);
    expect(world.shutdown.inFlight()).toMatchObject({ total: 1, responses: 1 });
    client.send('1234567890');
    await client.until(/HTTP\/1\.1 201 [^]*10 bytes$/);
    expect(connectionHeaders(client.received)).toEqual(['close']);
    gate.open();
    await Promise.all([client.closed, closing]);
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { drained: 1 } });
  });

  it('a request that waits for its decision is in flight', async () => {
    const decision = new Gate();
    const world = await startWorld(adapter, (request, response, server) => {
      void decision.pass().then(() => {
        response.writeContinue();
        server.emit('request', request, response);
      });
    });
    const client = await RawClient.connect(world.url);
    client.ask('POST', '/upload', ...HEADERS);
    await decision.reached();
    expect(world.shutdown.inFlight()).toMatchObject({ total: 1, responses: 1 });
    const closing = world.app.close();
    const state = watch(closing);
    await until('it drains', () => world.shutdown.phase === 'draining');
    await turns();
    expect([state.isSettled, client.isClosed]).toEqual([false, false]);
    decision.open();
    await client.until(/^HTTP\/1\.1 100 Continue/);
    client.send('1234567890');
    await client.until(/HTTP\/1\.1 201 [^]*10 bytes$/);
    await Promise.all([client.closed, closing]);
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 1, drained: 1 } });
  });

  it('a request that it turns away is told that its connection ends, and is counted', async () => {
    const world = await startWorld(adapter, (_request, response) => void response.writeHead(417).end('no'));
    const gate = hold(world, 'lame-duck');
    const client = await RawClient.connect(world.url);
    await world.connected();
    const closing = world.app.close();
    await gate.reached();
    client.ask('POST', '/upload', ...HEADERS);
    await client.until(/^HTTP\/1\.1 417 /);
    expect(connectionHeaders(client.received)).toEqual(['close']);
    gate.open();
    await closing;
    expect(world.shutdown.report).toMatchObject({ requests: { drained: 1 } });
  });
});
