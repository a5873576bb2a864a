import { Controller, Get, type MessageEvent, Sse } from '@nestjs/common';
import type { GracefulShutdownOptions, HookPhase } from 'nestjs-lifecycle';
import { Subject } from 'rxjs';
import { acceptsConnections } from '../../libs/lifecycle/src/traffic/wire/listener-handle.js';
import { turns, until, watch } from '../support/event-loop.js';
import { Gate } from '../support/gate.js';
import { type Adapter, ADAPTERS, ask, type HttpApp, startHttpApp } from '../support/http-app.js';
import { HttpClient } from '../support/http-client.js';
import { RawClient } from '../support/raw-client.js';

interface World extends HttpApp {
  /** Requests of `/slow` wait here. */
  readonly slow: Gate;
  readonly events: Subject<MessageEvent>;
}

async function startWorld(adapter: Adapter, options: GracefulShutdownOptions = {}): Promise<World> {
  const slow = new Gate();
  const events = new Subject<MessageEvent>();

  @Controller()
  class SlowController {
    @Get()
    hello(): string {
      return 'hello';
    }

    @Get('slow')
    async slow(): Promise<string> {
      await slow.pass();
      return 'slow';
    }

    @Sse('events')
    events(): Subject<MessageEvent> {
      return events;
    }
  }

  const nest = { return503OnClosing: true };
  const world = await startHttpApp(adapter, {
    controllers: [SlowController],
    options: { health: true, ...options },
    nest,
  });
  return { ...world, slow, events };
}

/** Holds a phase until the gate is opened. */
function hold({ shutdown }: World, phase: HookPhase): Gate {
  const gate = new Gate();
  shutdown.register(`hold ${phase}`, () => gate.pass(), { phase });
  return gate;
}

/** The `Connection` header of each answer in what a client received. */
function connectionHeaders(received: string): string[] {
  return received
    .split('HTTP/1.1 200')
    .slice(1)
    .map((answer) => /^connection: (.*)$/im.exec(answer)?.[1]?.trim() ?? 'none');
}

async function openStream({ url, events }: World): Promise<RawClient> {
  const client = await RawClient.connect(url);
  client.ask('GET', '/events');
  await until('somebody listens', () => events.observed);
  events.next({ data: 'tick' });
  await client.until(/data: tick/);
  return client;
}

describe.each(ADAPTERS)('answers while shutting down (%s)', (adapter) => {
  it('say Connection: close from the first tick, for a request that is in flight', async () => {
    const world = await startWorld(adapter);
    const client = await RawClient.connect(world.url);
    client.ask('GET', '/');
    await client.until(/hello$/);
    expect(connectionHeaders(client.received)).not.toContain('close');
    client.ask('GET', '/slow');
    await world.slow.reached();
    world.shutdown.phase$.subscribe((phase) => (phase === 'lame-duck' ? world.slow.open() : undefined));
    const closing = world.app.close();
    await client.until(/slow$/);
    expect(connectionHeaders(client.received).at(-1)).toBe('close');
    await client.closed;
    await closing;
  });

  it('say Connection: close in lame duck, on new connections and old ones, and are answers', async () => {
    const world = await startWorld(adapter);
    const gate = hold(world, 'lame-duck');
    const old = new HttpClient(world.url);
    expect((await old.request()).headers.get('connection')).not.toBe('close');
    const closing = world.app.close();
    await gate.reached();
    const answers = [await old.request(), await ask(world.url, '/')];
    expect(answers.map(({ outcome, wasReused }) => [outcome, wasReused])).toEqual([
      ['ok', true],
      ['ok', false],
    ]);
    expect(answers.map(({ headers }) => headers.get('connection'))).toEqual(['close', 'close']);
    gate.open();
    await closing;
  });

  it('say Connection: close only on the last of pipelined requests, so that all are answered', async () => {
    const world = await startWorld(adapter);
    const gate = hold(world, 'draining');
    const client = await RawClient.connect(world.url);
    client.ask('GET', '/slow?1');
    client.ask('GET', '/slow?2');
    await world.slow.reached(2);
    const closing = world.app.close();
    await gate.reached();
    client.ask('GET', '/slow?3');
    await world.slow.reached(3);
    world.slow.open();
    await client.until(/(slow[^]*){3}/);
    await client.closed;
    expect(connectionHeaders(client.received).map((header) => header === 'close')).toEqual([false, false, true]);
    gate.open();
    await closing;
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 2, drained: 3 } });
  });

  it('are still given while draining on connections that are open, and new connections are refused', async () => {
    const world = await startWorld(adapter);
    const gate = hold(world, 'draining');
    const old = new HttpClient(world.url);
    await old.request();
    // Keeps the drain from closing idle connections.
    const task = world.shutdown.track('task');
    const closing = world.app.close();
    await gate.reached();
    await until('the listener is closed', () => !acceptsConnections(world.server));
    expect(await ask(world.url, '/')).toMatchObject({ outcome: 'refused' });
    const answer = await old.request();
    expect(answer).toMatchObject({ outcome: 'ok', wasReused: true });
    expect(answer.headers.get('connection')).toBe('close');
    task.done();
    gate.open();
    await closing;
  });
});

describe.each(ADAPTERS)("lateRequests: 'refuse' (%s)", (adapter) => {
  it('answers 503 with Retry-After while draining, finishes what is in flight, and still answers probes', async () => {
    const world = await startWorld(adapter, { lateRequests: 'refuse', retryAfter: '7s' });
    const early = ask(world.url, '/slow');
    await world.slow.reached();
    const closing = world.app.close();
    await until('it drains', () => world.shutdown.phase === 'draining');
    await turns();

    const late = await ask(world.url, '/');
    expect(late).toMatchObject({ outcome: 'http-503' });
    expect([late.headers.get('retry-after'), late.headers.get('connection')]).toEqual(['7', 'close']);
    expect(JSON.parse(late.body)).toMatchObject({ statusCode: 503, code: 'SHUTTING_DOWN' });
    expect(await ask(world.url, '/health/live')).toMatchObject({ status: 200 });
    const ready = await ask(world.url, '/health/ready');
    expect(ready).toMatchObject({
      status: 503,
      body: expect.stringContaining('"readiness":{"status":"down"}') as string,
    });
    expect(ready.headers.has('retry-after')).toBe(false);

    world.slow.open();
    expect(await early).toMatchObject({ outcome: 'ok', body: 'slow' });
    await closing;
    expect(world.shutdown.report).toMatchObject({
      outcome: 'clean',
      requests: { inFlightAtStart: 1, refused: 1, interrupted: [] },
    });
    expect(await ask(world.url, '/')).toMatchObject({ outcome: 'refused' });
  });

  it('serves as ever in lame duck', async () => {
    const world = await startWorld(adapter, { lateRequests: 'refuse' });
    const gate = hold(world, 'lame-duck');
    const closing = world.app.close();
    await gate.reached();
    expect(await ask(world.url, '/')).toMatchObject({ outcome: 'ok' });
    gate.open();
    await closing;
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { refused: 0 } });
  });
});

describe.each(ADAPTERS)('app.close() ends (%s)', (adapter) => {
  it('with idle kept-alive connections, connections never used, and a request head half sent', async () => {
    const world = await startWorld(adapter);
    const gate = hold(world, 'closing');
    const clients = await Promise.all(Array.from({ length: 4 }, () => RawClient.connect(world.url)));
    const [idle, , half] = clients;
    idle?.ask('GET', '/');
    await idle?.until(/hello$/);
    half?.send('GET /slow HTTP/1.1', 'Host: te');
    const closing = world.app.close();
    const state = watch(closing);
    await gate.reached();
    // Before anything is closed that a request on them could have needed.
    await Promise.all(clients.map(({ closed }) => closed));
    expect(state.isSettled).toBe(false);
    gate.open();
    await closing;
    expect(world.shutdown.report).toMatchObject({
      outcome: 'clean',
      requests: { inFlightAtStart: 0, interrupted: [] },
    });
  });

  it('with an open event stream, which is told when to come back and ends', async () => {
    const world = await startWorld(adapter, { longLived: { retry: '2s' } });
    const client = await openStream(world);
    await world.app.close();
    await client.until(/retry: 2000\n\n\r\n0\r\n\r\n$/);
    expect(world.events.observed).toBe(false);
    expect(world.shutdown.report).toMatchObject({
      outcome: 'clean',
      requests: { inFlightAtStart: 1, drained: 1, interrupted: [] },
    });
  });

  it('with an upload that never ends', async () => {
    const world = await startWorld(adapter, { drainTimeout: '50ms' });
    const client = await RawClient.connect(world.url);
    client.ask('POST', '/', 'Content-Type: application/json', 'Content-Length: 100');
    await until('it has arrived', () => world.shutdown.inFlight().total === 1);
    await world.app.close();
    await client.closed;
    expect(client.received).toMatch(/^HTTP\/1\.1 503 /);
    expect(world.shutdown.report).toMatchObject({
      outcome: 'interrupted',
      requests: { interrupted: [{ method: 'POST' }] },
    });
  });

  it("with requests that are never answered: each gets a well-formed 503 at the drain's deadline", async () => {
    const world = await startWorld(adapter, { drainTimeout: '50ms' });
    const answers = [ask(world.url, '/slow?secret'), ask(world.url, '/slow')];
    await world.slow.reached(2);
    await world.app.close();
    for (const { status, headers, body } of await Promise.all(answers)) {
      expect(status).toBe(503);
      expect(Number(headers.get('content-length'))).toBe(Buffer.byteLength(body));
      expect([headers.get('connection'), headers.get('retry-after')]).toEqual(['close', undefined]);
      expect(JSON.parse(body)).toMatchObject({ statusCode: 503, code: 'INTERRUPTED' });
    }
    expect(world.shutdown.report).toMatchObject({
      outcome: 'interrupted',
      requests: { inFlightAtStart: 2, drained: 0, interrupted: [{ name: 'GET /slow' }, { name: 'GET /slow' }] },
    });
    expect(JSON.stringify(world.shutdown.report)).not.toContain('secret');
    // The handlers come back to a response that has been given.
    world.slow.open();
    await turns();
  });

  it('with pipelined requests that are never answered: each gets its 503', async () => {
    const world = await startWorld(adapter, { drainTimeout: '50ms' });
    const client = await RawClient.connect(world.url);
    for (let n = 1; n <= 3; n += 1) client.ask('GET', `/slow?${n}`);
    await world.slow.reached(3);
    await world.app.close();
    await client.closed;
    expect(client.received.match(/HTTP\/1\.1 503 /g)).toHaveLength(3);
    expect(world.shutdown.report?.requests.interrupted).toHaveLength(3);
  });
});
