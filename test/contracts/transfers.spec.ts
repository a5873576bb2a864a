import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { Controller, Get, Head, HttpCode, StreamableFile } from '@nestjs/common';
import { turns, until, watch } from '../support/event-loop.js';
import { ADAPTERS, ask, urlOf } from '../support/http-app.js';
import { RawClient } from '../support/raw-client.js';
import { killAfterTest } from '../support/started-programs.js';
import { connectionHeaders, hold, startTrafficWorld } from '../support/traffic-world.js';

const CHUNK = Buffer.alloc(64 * 1024, 'x');
const CHUNKS = 512;

/** More than the kernel keeps for a connection. */
function* largeFile(): Iterable<Buffer> {
  for (let chunk = 0; chunk < CHUNKS; chunk += 1) yield CHUNK;
}

@Controller()
class FileController {
  @Get('large')
  large(): StreamableFile {
    return new StreamableFile(Readable.from(largeFile()));
  }

  @Get('empty')
  @HttpCode(204)
  empty(): void {}

  @Get('unchanged')
  @HttpCode(304)
  unchanged(): void {}

  @Head('head')
  head(): string {
    return 'hello';
  }
}

/** Asks for a path and reads only the head of the answer. */
async function begin(url: string): Promise<IncomingMessage> {
  const request = get(url, { agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return response.on('error', () => undefined);
}

async function sizeOf(body: Readable): Promise<number> {
  let size = 0;
  for await (const chunk of body) size += (chunk as Buffer).length;
  return size;
}

describe.each(ADAPTERS)('a transfer that is going on at the signal (%s)', (adapter) => {
  it('finishes when it is an upload', async () => {
    const world = await startTrafficWorld(adapter);
    const client = await RawClient.connect(world.url);
    client.ask('POST', '/upload', 'Content-Type: application/octet-stream', 'Content-Length: 10');
    client.send('12345');
    await until('a part has arrived', () => world.uploaded.bytes === 5);
    const closing = world.app.close();
    const state = watch(closing);
    await until('it drains', () => world.shutdown.phase === 'draining');
    await turns();
    expect([state.isSettled, client.isClosed]).toEqual([false, false]);
    client.send('67890');
    await client.until(/^HTTP\/1\.1 201 [^]*10 bytes$/);
    expect(connectionHeaders(client.received)).toEqual(['close']);
    await Promise.all([client.closed, closing]);
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 1, drained: 1 } });
  });

  it('finishes when it is a chunked upload', async () => {
    const world = await startTrafficWorld(adapter);
    const client = await RawClient.connect(world.url);
    client.ask('POST', '/upload', 'Content-Type: application/octet-stream', 'Transfer-Encoding: chunked');
    client.send('5', '12345', '');
    await until('a part has arrived', () => world.uploaded.bytes === 5);
    const closing = world.app.close();
    await until('it drains', () => world.shutdown.phase === 'draining');
    client.send('5', '67890', '0', '', '');
    await client.until(/^HTTP\/1\.1 201 [^]*10 bytes$/);
    await Promise.all([client.closed, closing]);
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 1, drained: 1 } });
  });

  it('finishes when it is a large download whose client takes its time', async () => {
    const world = await startTrafficWorld(adapter, { controllers: [FileController] });
    const response = await begin(`${world.url}/large`);
    const closing = world.app.close();
    const state = watch(closing);
    await until('it drains', () => world.shutdown.phase === 'draining');
    await turns();
    expect(state.isSettled).toBe(false);
    expect(await sizeOf(response)).toBe(CHUNKS * CHUNK.length);
    expect(response.complete).toBe(true);
    await closing;
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 1, drained: 1 } });
  });

  it('finishes when it is passed on from another server', async () => {
    const origin = createServer();
    killAfterTest({ kill: async () => void origin.close() });
    await once(origin.listen(0, '127.0.0.1'), 'listening');

    @Controller()
    class ProxyController {
      @Get('proxy')
      async proxy(): Promise<StreamableFile> {
        return new StreamableFile(await begin(urlOf(origin)));
      }
    }
    const world = await startTrafficWorld(adapter, { controllers: [ProxyController] });
    const client = await RawClient.connect(world.url);
    client.ask('GET', '/proxy');
    const [, answer] = (await once(origin, 'request')) as [IncomingMessage, NodeJS.WritableStream];
    answer.write('first part');
    await client.until(/first part/);
    const closing = world.app.close();
    const state = watch(closing);
    await until('it drains', () => world.shutdown.phase === 'draining');
    await turns();
    expect([state.isSettled, client.isClosed]).toEqual([false, false]);
    answer.end('last part');
    await client.until(/last part\r\n0\r\n\r\n$/);
    await Promise.all([client.closed, closing]);
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 1, drained: 1 } });
  });

  it('finishes when it waits for 100 Continue', async () => {
    const world = await startTrafficWorld(adapter);
    const gate = hold(world, 'draining');
    const client = await RawClient.connect(world.url);
    await world.connected();
    const closing = world.app.close();
    await gate.reached();
    const type = 'Content-Type: application/octet-stream';
    client.ask('POST', '/upload', type, 'Content-Length: 10', 'Expect: 100-continue');
    await client.until(/^HTTP\/1\.1 100 Continue\r\n\r\n$/);
    client.send('1234567890');
    await client.until(/HTTP\/1\.1 201 [^]*10 bytes$/);
    expect(connectionHeaders(client.received)).toEqual(['close']);
    gate.open();
    await Promise.all([client.closed, closing]);
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 0, drained: 1 } });
  });
});

describe.each(ADAPTERS)('an answer without a body, in lame duck (%s)', (adapter) => {
  it.each([
    ['HEAD', '/head', 200],
    ['HEAD', '/', 200],
    ['GET', '/empty', 204],
    ['GET', '/unchanged', 304],
  ])('to %s %s is well-formed and ends its connection', async (method, path, status) => {
    const world = await startTrafficWorld(adapter, { controllers: [FileController] });
    const gate = hold(world, 'lame-duck');
    const client = await RawClient.connect(world.url);
    await world.connected();
    const closing = world.app.close();
    await gate.reached();
    client.ask(method, path);
    await client.closed;
    expect(client.received).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [^]*\\r\\n\\r\\n$`));
    expect(client.received.match(/\r\n\r\n/g)).toHaveLength(1);
    expect(connectionHeaders(client.received)).toEqual(['close']);
    gate.open();
    await closing;
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 0, drained: 1 } });
  });
});

describe.each(ADAPTERS)('a download that nobody reads (%s)', (adapter) => {
  it("is cut at the drain's deadline, and named", async () => {
    const world = await startTrafficWorld(adapter, {
      controllers: [FileController],
      options: { drainTimeout: '50ms' },
    });
    const client = await RawClient.connect(world.url);
    client.pause();
    client.ask('GET', '/large?secret');
    await until('it has begun', () => world.shutdown.inFlight().responses === 1);
    await world.app.close();
    expect(world.shutdown.report).toMatchObject({
      outcome: 'interrupted',
      requests: { inFlightAtStart: 1, drained: 0, interrupted: [{ method: 'GET', route: '/large' }] },
    });
    client.resume();
    await client.closed;
    expect(client.received).not.toMatch(/\r\n0\r\n\r\n$/);
    expect(await ask(world.url, '/')).toMatchObject({ outcome: 'refused' });
  });
});
