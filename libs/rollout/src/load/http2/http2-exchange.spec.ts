import { once } from 'node:events';
import { constants, createServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { type AddressInfo, type Socket } from 'node:net';
import { turns, until, watch } from '../../../../../test/support/event-loop.js';
import { clientWorld, kindOf } from '../../../../../test/support/load-world.js';
import { killAfterTest } from '../../../../../test/support/started-programs.js';
import { TcpPod } from '../../../../../test/support/tcp-peer.js';
import { type RequestKind } from '../load-plan.js';
import { toQuestion } from '../question.js';
import { Http2Connection } from './http2-connection.js';
import { onLoopback } from '../address.js';
import { exchangeOverHttp2 } from './http2-exchange.js';

/** A client with one session to a server whose streams the test answers. */
async function connected() {
  const server = createServer();
  const streams: ServerHttp2Stream[] = [];
  const sessions: ServerHttp2Session[] = [];
  const sockets: Socket[] = [];
  const body = { bytes: 0 };
  server.on('connection', (socket: Socket) => sockets.push(socket));
  server.on('session', (session) => sessions.push(session));
  server.on('stream', (stream: ServerHttp2Stream) => {
    streams.push(stream);
    stream.on('error', () => undefined);
    stream.on('data', (bytes: Buffer) => (body.bytes += bytes.length));
  });
  killAfterTest({
    kill: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { world, clock } = clientWorld((server.address() as AddressInfo).port);
  const connection = new Http2Connection(world.address);
  killAfterTest({ kill: async () => connection.destroy() });
  let id = 0;
  const ask = (kind: Partial<RequestKind> = {}) =>
    exchangeOverHttp2(connection, toQuestion(kindOf({ transport: 'http2', ...kind }), (id += 1)), world);
  const at = async <T>(list: readonly T[], index: number): Promise<T> => {
    await until(`there is number ${index}`, () => list.length > index);
    const found = list[index];
    if (found === undefined) throw new Error('unreachable');
    return found;
  };
  const stream = (index = 0) => at(streams, index);
  return { ask, stream, body, session: () => at(sessions, 0), socket: () => at(sockets, 0), connection, clock };
}

describe('exchangeOverHttp2', () => {
  it('sends the request, with its number and without what HTTP/2 forbids, and is answered at the last byte', async () => {
    const { ask, stream, connection } = await connected();
    const asked = ask({
      method: 'POST',
      path: '/orders/{n}',
      body: 'b',
      headers: { Connection: 'close', 'X-Key': 'k' },
    });
    const state = watch(asked);
    const first = await stream();
    expect(first.session?.socket.remotePort).toBe(connection.localPort);
    first.respond({ ':status': 201 });
    first.write('bod');
    await turns();
    expect(state.isSettled).toBe(false);
    first.end('y');
    expect(await asked).toMatchObject({ fate: 'answered', status: 201, isReused: false, endsConnection: false });
    const again = ask();
    (await stream(1)).respond({ ':status': 503 }, { endStream: true });
    expect(await again).toMatchObject({ fate: 'server-error', status: 503, isReused: true, isUnprocessed: false });
  });

  it('sees the request as the server does', async () => {
    const { ask, session } = await connected();
    const asked = ask({ path: '/{n}', headers: { Connection: 'close', Host: 'shop.example', 'X-Key': 'k' } });
    const [stream, headers] = (await once(await session(), 'stream')) as [ServerHttp2Stream, Record<string, string>];
    expect(headers).toMatchObject({
      ':path': '/1',
      ':authority': 'shop.example',
      'x-key': 'k',
      'x-request-id': 'rehearsal-1',
    });
    stream.respond({ ':status': 200 }, { endStream: true });
    expect(await asked).toMatchObject({ fate: 'answered' });
  });

  it.each([
    ['before its answer', false],
    ['within its answer', true],
  ])('a stream, or a connection, that breaks %s is a reset', async (_when, hasBegun) => {
    for (const how of ['RST_STREAM', 'RST', 'FIN']) {
      const { ask, stream, socket } = await connected();
      const asked = ask();
      const first = await stream();
      if (hasBegun) {
        first.respond({ ':status': 200 });
        first.write('bod');
        await turns();
      }
      if (how === 'RST_STREAM') first.destroy(new Error('gone'));
      else if (how === 'RST') (await socket()).resetAndDestroy();
      else (await socket()).destroy();
      expect([how, await asked]).toMatchObject([how, { fate: 'reset', isUnprocessed: false }]);
    }
  });

  it('is answered on a session that has said GOAWAY, and says that the connection ends', async () => {
    const { ask, stream, session, connection } = await connected();
    const asked = ask();
    const first = await stream();
    (await session()).goaway(constants.NGHTTP2_NO_ERROR, first.id);
    await until('the client knows', () => connection.hasGoaway);
    expect(connection.isUsable).toBe(false);
    first.respond({ ':status': 200 });
    first.end('ok');
    expect(await asked).toMatchObject({ fate: 'answered', endsConnection: true, isUnprocessed: false });
  });

  it.each([
    ['in good order', constants.NGHTTP2_NO_ERROR],
    ['with an error', constants.NGHTTP2_ENHANCE_YOUR_CALM],
  ])('says which streams a GOAWAY %s has left unprocessed', async (_how, code) => {
    const { ask, stream, session } = await connected();
    const [below, above] = [ask(), ask()];
    const [first] = [await stream(0), await stream(1)];
    (await session()).goaway(code, first.id);
    expect(await above).toMatchObject({ isUnprocessed: true });
    if (code === constants.NGHTTP2_NO_ERROR) first.respond({ ':status': 200 }, { endStream: true });
    expect(await below).toMatchObject({ isUnprocessed: false });
  });

  it('a refused stream is unprocessed', async () => {
    const { ask, stream } = await connected();
    const asked = ask();
    (await stream()).close(constants.NGHTTP2_REFUSED_STREAM);
    expect(await asked).toMatchObject({ fate: 'reset', isUnprocessed: true });
  });

  it('gives up when its patience is over, and tells the server so', async () => {
    const { ask, stream, clock, connection } = await connected();
    const asked = ask();
    const first = await stream();
    const closed = once(first, 'close');
    await clock.advance(1000);
    expect(await asked).toMatchObject({ fate: 'timeout' });
    await closed;
    expect(first.rstCode).toBe(constants.NGHTTP2_CANCEL);
    expect(connection.isUsable).toBe(true);
  });

  it('is refused where no server listens', async () => {
    const pod = await TcpPod.start('a');
    await pod.stopListening();
    const { world } = clientWorld(pod.port);
    const asked = exchangeOverHttp2(new Http2Connection(onLoopback(pod.port)), toQuestion(kindOf(), 1), world);
    expect(await asked).toMatchObject({ fate: 'refused', localPort: undefined });
  });

  it('sends and reads at the rates it is given', async () => {
    const { ask, stream, body, clock } = await connected();
    const asked = ask({ method: 'POST', body: 'x'.repeat(30), uploadBytesPerSecond: 10, downloadBytesPerSecond: 10 });
    const first = await stream();
    for (let sent = 1; sent <= 30; sent += 1) {
      await until(`${sent} bytes came`, () => body.bytes >= sent);
      expect(body.bytes).toBe(sent);
      if (sent < 30) await clock.advance(100);
    }
    first.respond({ ':status': 200 });
    first.end('y'.repeat(20));
    const state = watch(asked);
    await turns(50);
    while (!state.isSettled) {
      await clock.advance(100);
      await turns(2);
    }
    expect((await asked).fate).toBe('answered');
    expect((await asked).endedAt).toBeGreaterThanOrEqual(2900 + 1800);
  });
});
