import { connect as connectHttp2 } from 'node:http2';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { Controller, Get, StreamableFile } from '@nestjs/common';
import { turns, until, watch } from '../support/event-loop.js';
import { HTTP2_KINDS, startHttp2World } from '../support/secure-worlds.js';
import { killAfterTest } from '../support/started-programs.js';
import { TcpRouter } from '../support/tcp-router.js';

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
    const router = await TcpRouter.start(world.http2Url);
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
