import { Controller, PayloadTooLargeException, Post, UnauthorizedException, UseGuards } from '@nestjs/common';
import type { GracefulShutdownOptions } from 'nestjs-lifecycle';
import { acceptsConnections } from '../../libs/lifecycle/src/traffic/wire/listener-handle.js';
import { turns, until } from '../support/event-loop.js';
import { type Adapter, ADAPTERS } from '../support/http-app.js';
import { startLingering } from '../support/lingering-world.js';
import { RawClient } from '../support/raw-client.js';
import { connectionHeaders, hold, startTrafficWorld, type TrafficWorld } from '../support/traffic-world.js';

class ClosedGuard {
  canActivate(): boolean {
    throw new UnauthorizedException('who are you?');
  }
}

/** More than the kernels on both ends keep for a connection. */
const BODY = 'x'.repeat(12 * 1024 * 1024);

@Controller()
class EarlyController {
  @Post('too-large')
  tooLarge(): never {
    throw new PayloadTooLargeException('too large');
  }

  @UseGuards(ClosedGuard)
  @Post('guarded')
  guarded(): void {}
}

const startWorld = (adapter: Adapter, options: GracefulShutdownOptions = {}): Promise<TrafficWorld> =>
  startTrafficWorld(adapter, { controllers: [EarlyController], options });

/** A client that sends its whole upload before it looks at what has come back. */
async function startUpload(url: string, path: string): Promise<{ client: RawClient; sent: Promise<void> }> {
  const client = await RawClient.connect(url);
  client.pause();
  client.ask('POST', path, 'Content-Type: application/octet-stream', `Content-Length: ${BODY.length}`);
  return { client, sent: client.sendAll(BODY) };
}

async function sendUntilClosed(client: RawClient): Promise<void> {
  while (!client.isClosed) {
    await client.sendAll(BODY.slice(0, 64 * 1024));
    await turns(1);
  }
}

describe.each(ADAPTERS)('an answer given before the upload has arrived (%s)', (adapter) => {
  it.each([
    ['/too-large', 413, /too large/],
    ['/guarded', 401, /who are you/],
    ['/nowhere', 404, /Cannot POST/],
  ])('can be read in lame duck by a client that first sends everything (%s)', async (path, status, text) => {
    const world = await startWorld(adapter);
    const gate = hold(world, 'lame-duck');
    const closing = world.app.close();
    await gate.reached();
    const { client, sent } = await startUpload(world.url, path);
    await sent;
    client.resume();
    expect(await client.until(text)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(connectionHeaders(client.received)).toEqual(['close']);
    await client.closed;
    gate.open();
    await closing;
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 0, drained: 1 } });
  });

  it('can be read when it was given before the signal, and the upload goes on after it', async () => {
    const { world, clock, ended: terminate } = await startLingering(adapter, { controllers: [EarlyController] });
    const client = await RawClient.connect(world.url);
    client.ask('POST', '/too-large', 'Content-Type: application/octet-stream', `Content-Length: ${BODY.length}`);
    await client.until(/too large/);
    const begun = client.received.length;
    const ended = terminate();
    await until('the listener is closed', () => !acceptsConnections(world.server));
    // Longer than idle connections linger.
    await clock.advance(1500);
    await turns();
    expect([world.shutdown.phase, client.isClosed]).toEqual(['draining', false]);
    await client.sendAll(BODY);
    await Promise.all([client.closed, ended]);
    expect(client.received).toHaveLength(begun);
    expect(client.error).toBeUndefined();
  });

  it('is not waited for by a client that sends on and on', async () => {
    const { world, clock, ended: terminate } = await startLingering(adapter, { controllers: [EarlyController] });
    const client = await RawClient.connect(world.url);
    client.ask('POST', '/too-large', 'Content-Type: application/octet-stream', `Content-Length: ${BODY.length}`);
    await client.until(/too large/);
    const ended = terminate();
    await until('the listener is closed', () => !acceptsConnections(world.server));
    // 250 ms as every idle connection, and 2 s for the body.
    await clock.advance(2249);
    await turns();
    expect([world.shutdown.phase, client.isClosed]).toEqual(['draining', false]);
    await clock.advance(1);
    expect(await ended).toMatchObject({ exitCode: 0, report: { outcome: 'clean' } });
    await client.closed;
  });

  it("can be read when it is the 503 of lateRequests: 'refuse'", async () => {
    const world = await startWorld(adapter, { lateRequests: 'refuse' });
    const task = world.shutdown.track('task');
    const closing = world.app.close();
    await until('it drains', () => world.shutdown.phase === 'draining');
    await turns();
    const { client, sent } = await startUpload(world.url, '/upload');
    await sent;
    client.resume();
    expect(await client.until(/"SHUTTING_DOWN"/)).toMatch(/^HTTP\/1\.1 503 /);
    await client.closed;
    task.done();
    await closing;
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { refused: 1 } });
  });

  it('to a client that never stops sending ends with the drain all the same', async () => {
    const world = await startWorld(adapter);
    const client = await RawClient.connect(world.url);
    client.ask('POST', '/too-large', 'Content-Type: application/octet-stream', 'Content-Length: 1000000000');
    await client.until(/too large/);
    // Hears of no end either.
    client.pause();
    const closing = world.app.close();
    const sending = sendUntilClosed(client);
    await Promise.all([closing, sending]);
    expect(world.shutdown.report).toMatchObject({ requests: { inFlightAtStart: 0 } });
  });
});
