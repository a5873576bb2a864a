import type { INestApplication } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ADAPTERS, type Adapter } from '../support/http-app.js';
import { RawClient } from '../support/raw-client.js';
import { HTTP2_KINDS, startHttp2World } from '../support/secure-worlds.js';
import { connectionHeaders, hold, startTrafficWorld } from '../support/traffic-world.js';

type Next = () => void;

/** Answers with a trailer that repeats what came in one. By hand, because no framework offers it for both protocols. */
function echoTrailer(request: IncomingMessage, response: ServerResponse, next: Next): void {
  if (request.url !== '/trailers') return next();
  request.resume().on('end', () => {
    response.setHeader('Trailer', 'X-Sum');
    response.write('body');
    response.addTrailers({ 'X-Sum': `got ${request.trailers['x-sum'] ?? 'nothing'}` });
    response.end();
  });
}

const parts = { prepare: (app: INestApplication) => void app.use(echoTrailer) };

describe.each(ADAPTERS)('trailers in lame duck (%s)', (adapter: Adapter) => {
  it('arrive in both directions, and the connection ends behind them', async () => {
    const world = await startTrafficWorld(adapter, parts);
    const gate = hold(world, 'lame-duck');
    const client = await RawClient.connect(world.url);
    await world.connected();
    const closing = world.app.close();
    await gate.reached();
    client.ask('POST', '/trailers', 'Transfer-Encoding: chunked', 'Trailer: X-Sum');
    client.send('4', 'body', '0', 'X-Sum: 42', '', '');
    await client.closed;
    expect(client.received).toMatch(/\r\n0\r\nX-Sum: got 42\r\n\r\n$/);
    expect(connectionHeaders(client.received)).toEqual(['close']);
    gate.open();
    await closing;
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { drained: 1 } });
  });
});

describe.each(HTTP2_KINDS)('trailers in lame duck (HTTP/2, %s)', (kind) => {
  it('arrive in both directions', async () => {
    const world = await startHttp2World(kind, parts);
    const gate = hold(world, 'lame-duck');
    const client = await world.connect();
    const closing = world.app.close();
    await gate.reached();
    const answer = client.send('/trailers', 'body', { 'x-sum': '42' });
    expect(await answer).toMatchObject({ outcome: 'answered', body: 'body', trailers: { 'x-sum': 'got 42' } });
    gate.open();
    await closing;
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { drained: 1 } });
  });
});
