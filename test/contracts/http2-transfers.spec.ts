import { connect as connectHttp2 } from 'node:http2';
import { connect, createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { Controller, Get, StreamableFile } from '@nestjs/common';
import { turns, until, watch } from '../support/event-loop.js';
import { urlOf } from '../support/http-app.js';
import { HTTP2_KINDS, startHttp2World } from '../support/secure-worlds.js';
import { killAfterTest } from '../support/started-programs.js';

const CHUNK = Buffer.alloc(64 * 1024, 'x');
const CHUNKS = 512;
const SIZE = CHUNKS * CHUNK.length;
/** The most that HTTP/2 knows, so that only the network holds the server back. */
const WIDE_OPEN = 2 ** 31 - 1;

function* largeFile(): Iterable<Buffer> {
  for (let chunk = 0; chunk < CHUNKS; chunk += 1) yield CHUNK;
}

@Controller()
class FileController {
  @Get('large')
  large(): StreamableFile {
    return new StreamableFile(Readable.from(largeFile()));
  }
}

interface Router {
  readonly url: string;
  /** What the server sends stays on its way. */
  hold(): void;
  release(): void;
}

/** A router between client and server that can hold back what the server sends. */
async function startRouter(target: string): Promise<Router> {
  const upstreams = new Set<Socket>();
  const { hostname, port, protocol } = new URL(target);
  const server = createServer((client) => {
    const upstream = connect({ host: hostname, port: Number(port) });
    upstreams.add(upstream);
    for (const socket of [client, upstream]) {
      socket.on('error', () => undefined);
      killAfterTest({ kill: async () => void socket.destroy() });
    }
    client.pipe(upstream);
    upstream.on('data', (data) => client.write(data));
    upstream.on('end', () => client.end());
  });
  killAfterTest({ kill: async () => void server.close() });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const each = (action: (socket: Socket) => void): void => {
    for (const socket of upstreams) action(socket);
  };
  return {
    url: urlOf(server).replace('http:', protocol),
    hold: () => each((socket) => socket.pause()),
    release: () => each((socket) => socket.resume()),
  };
}

describe.each(HTTP2_KINDS)('a large download over HTTP/2 (%s)', (kind) => {
  it('finishes when its client takes its time', async () => {
    const world = await startHttp2World(kind, { controllers: [FileController] });
    const client = await world.connect();
    const stream = client.open('/large');
    await once(stream, 'response');
    const closing = world.app.close();
    const state = watch(closing);
    await until('it drains', () => world.shutdown.phase === 'draining');
    await turns();
    expect(state.isSettled).toBe(false);
    let size = 0;
    for await (const chunk of stream) size += (chunk as Buffer).length;
    expect([size, stream.rstCode]).toEqual([SIZE, 0]);
    await Promise.all([client.closed, closing]);
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 1, drained: 1 } });
  });

  it('finishes when all of it is on its way, held up by the network alone', async () => {
    const world = await startHttp2World(kind, { controllers: [FileController] });
    const router = await startRouter(world.http2Url);
    const session = connectHttp2(router.url, { rejectUnauthorized: false, settings: { initialWindowSize: WIDE_OPEN } });
    killAfterTest({ kill: async () => session.destroy() });
    session.on('error', () => undefined);
    await once(session, 'connect');
    session.setLocalWindowSize(WIDE_OPEN);
    const stream = session.request({ ':path': '/large' });
    stream.on('error', () => undefined);
    await once(stream, 'response');
    router.hold();
    await turns();
    const closing = world.app.close();
    await until('it drains', () => world.shutdown.phase === 'draining');
    await turns();
    router.release();
    let size = 0;
    for await (const chunk of stream) size += (chunk as Buffer).length;
    expect([size, stream.rstCode]).toEqual([SIZE, 0]);
    await closing;
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 1, drained: 1 } });
  });
});
