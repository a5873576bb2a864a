import { until } from '../support/event-loop.js';
import {
  type EventStreamWorld,
  RAW_PATHS,
  ShoutingInterceptor,
  SSE_PATHS,
  startEventStreams,
  type Stream,
} from '../support/event-stream-world.js';
import { ADAPTERS } from '../support/http-app.js';
import { RawClient } from '../support/raw-client.js';

/** The end of an answer in chunks. */
const CLEAN_END = /\r\n0\r\n\r\n$/;

async function subscribe(world: EventStreamWorld, path: string): Promise<RawClient> {
  const client = await RawClient.connect(world.url);
  client.ask('GET', path, 'Accept: text/event-stream');
  return client;
}

async function newestStream(world: EventStreamWorld, count = 1): Promise<Stream> {
  await until('the handler is subscribed to', () => world.streams[count - 1]?.events.observed ?? false);
  const stream = world.streams[count - 1];
  if (stream === undefined) throw new Error('there is no stream');
  return stream;
}

/** The values of a field, over all events a client has received. */
function fields(received: string, name: string): string[] {
  return [...received.matchAll(new RegExp(`^${name}: (.*)$`, 'gm'))].map(([, value = '']) => value);
}

async function closed({ app, shutdown }: EventStreamWorld, drained = 1): Promise<void> {
  await app.close();
  expect(shutdown.report).toMatchObject({
    outcome: 'clean',
    errors: [],
    requests: { inFlightAtStart: drained, drained, interrupted: [] },
  });
}

const LONGEST = { min: '1s', max: '5s' } as const;

describe.each(ADAPTERS)('an event stream when the drain begins (%s)', (adapter) => {
  it.each(SSE_PATHS)('has delivered what was sent, says when to come back, and ends: %s', async (path) => {
    const world = await startEventStreams(adapter, { options: { longLived: { retry: LONGEST } } });
    const client = await subscribe(world, path);
    const stream = await newestStream(world);
    expect(world.shutdown.inFlight().items).toMatchObject([{ name: `GET ${path}`, isLongLived: true }]);
    stream.events.next({ id: 'a-7', data: 'first' });
    await client.until(/data: first/i);
    const closing = closed(world);
    stream.events.next({ id: 'a-8', data: 'last' });
    const received = await client.until(CLEAN_END);
    expect(fields(received, 'data').map((data) => data.toLowerCase().replace('!', ''))).toEqual(['first', 'last']);
    const [retry] = fields(received, 'retry').map(Number);
    expect(retry).toBeGreaterThanOrEqual(1000);
    expect(retry).toBeLessThanOrEqual(5000);
    // Nothing of ours changes what the client will ask for.
    expect(fields(received, 'id')).toEqual(['a-7', 'a-8']);
    expect(stream.isTornDown).toBe(true);
    if (stream.signal !== undefined) expect(stream.signal.aborted).toBe(true);
    await closing;
  });

  it.each(SSE_PATHS)('that has sent nothing yet is one all the same: %s', async (path) => {
    const world = await startEventStreams(adapter);
    const client = await subscribe(world, path);
    const stream = await newestStream(world);
    const closing = closed(world);
    const received = await client.until(CLEAN_END);
    expect(received).toMatch(/^HTTP\/1\.1 200 [^]*content-type: text\/event-stream/i);
    expect(fields(received, 'retry')).toHaveLength(1);
    expect(fields(received, 'id')).toEqual([]);
    expect(stream.isTornDown).toBe(true);
    await closing;
  });

  it('whose handler has not come to its observable yet ends all the same, and is never subscribed to', async () => {
    const world = await startEventStreams(adapter);
    const client = await subscribe(world, '/pending');
    await world.gate.reached();
    const closing = closed(world);
    const received = await client.until(CLEAN_END);
    expect(received).toMatch(/content-type: text\/event-stream/i);
    expect(fields(received, 'retry')).toHaveLength(1);
    world.gate.open();
    await closing;
    expect(world.streams.map(({ events }) => events.observed)).toEqual([false]);
  });

  it.each(SSE_PATHS)(
    'that is started during the drain, on a connection that is kept, is one, and ends: %s',
    async (path) => {
      const world = await startEventStreams(adapter, {
        prepare: (app) => void app.useGlobalInterceptors(new ShoutingInterceptor()),
      });
      const { app, shutdown, gate } = world;
      const kept = await RawClient.connect(world.url);
      kept.ask('GET', '/nowhere');
      await kept.until(/^HTTP\/1\.1 404 [^]*}$/);
      const slow = await RawClient.connect(world.url);
      slow.ask('GET', '/slow');
      await gate.reached();
      const closing = app.close();
      await until('it drains', () => shutdown.phase === 'draining');
      kept.ask('GET', path, 'Last-Event-ID: a-7');
      const received = await kept.until(CLEAN_END);
      expect(received).toMatch(/HTTP\/1\.1 200 [^]*content-type: text\/event-stream/i);
      expect(fields(received, 'retry')).toHaveLength(1);
      expect(fields(received, 'id')).toEqual([]);
      expect(shutdown.phase).toBe('draining');
      expect(world.streams.filter(({ isTornDown }) => !isTornDown)).toEqual([]);
      gate.open();
      await closing;
      expect(shutdown.report).toMatchObject({
        outcome: 'clean',
        errors: [],
        requests: { drained: 2, interrupted: [] },
      });
    },
  );

  it.each(['/plain', '/raw/flushed'])(
    'loses its connection soon after, so that its client comes back elsewhere: %s',
    async (path) => {
      const world = await startEventStreams(adapter);
      const { app, shutdown, gate } = world;
      // As behind a proxy: idle connections are left to the other side.
      world.server.keepAliveTimeout = 75_000;
      const client = await subscribe(world, path);
      await client.until(/text\/event-stream[^]*\r\n\r\n/);
      const slow = await RawClient.connect(world.url);
      slow.ask('GET', '/slow');
      await gate.reached();
      const closing = app.close();
      await client.until(CLEAN_END);
      await client.closed;
      // Not because everything is over.
      expect([shutdown.phase, slow.isClosed]).toEqual(['draining', false]);
      gate.open();
      await slow.until(/slow$/);
      await closing;
      expect(shutdown.report).toMatchObject({ outcome: 'clean', requests: { drained: 2 } });
    },
  );

  it('passes through global interceptors that map messages', async () => {
    const world = await startEventStreams(adapter, {
      prepare: (app) => void app.useGlobalInterceptors(new ShoutingInterceptor()),
    });
    const client = await subscribe(world, '/mapped');
    const stream = await newestStream(world);
    stream.events.next({ data: 'first' });
    const closing = closed(world);
    const received = await client.until(CLEAN_END);
    expect(fields(received, 'data')).toEqual(['FIRST!!']);
    expect(fields(received, 'retry')).toHaveLength(1);
    await closing;
  });

  it.each(RAW_PATHS)('that is written by hand ends, and what is written afterwards harms nothing: %s', async (path) => {
    const world = await startEventStreams(adapter);
    const client = await subscribe(world, path);
    await until('the handler has run', () => world.raw.length === 1);
    const [response] = world.raw;
    response?.write('id: a-7\ndata: first\n\n');
    await client.until(/data: first/);
    const closing = closed(world);
    const received = await client.until(CLEAN_END);
    expect(fields(received, 'retry')).toHaveLength(1);
    expect(() => {
      response?.setHeader('X-Late', 'yes');
      response?.write('data: late\n\n', () => undefined);
      response?.end('data: later\n\n');
    }).not.toThrow();
    await closing;
    expect(client.received).not.toContain('late');
  });

  it.each(RAW_PATHS)('that is written by hand during the drain ends with its first event: %s', async (path) => {
    const world = await startEventStreams(adapter);
    const { app, shutdown, gate } = world;
    const kept = await RawClient.connect(world.url);
    kept.ask('GET', '/nowhere');
    await kept.until(/^HTTP\/1\.1 404 [^]*}$/);
    const slow = await RawClient.connect(world.url);
    slow.ask('GET', '/slow');
    await gate.reached();
    const closing = app.close();
    await until('it drains', () => shutdown.phase === 'draining');
    kept.ask('GET', path);
    await until('the handler has run', () => world.raw.length === 1);
    world.raw[0]?.write('data: first\n\n');
    const received = await kept.until(CLEAN_END);
    expect(fields(received, 'retry')).toHaveLength(1);
    gate.open();
    await closing;
    expect(shutdown.report).toMatchObject({ outcome: 'clean', errors: [] });
  });

  it('that is a file ends, and so does what it is read from', async () => {
    const world = await startEventStreams(adapter);
    const client = await subscribe(world, '/file');
    await until('the handler has run', () => world.files.length === 1);
    const [file] = world.files;
    file?.write('data: first\n\n');
    await client.until(/data: first/);
    const closing = closed(world);
    const received = await client.until(CLEAN_END);
    expect(fields(received, 'retry')).toHaveLength(1);
    await until('the file is closed', () => file?.destroyed ?? false);
    await closing;
  });

  it('tells many clients different times, within the range, and not all in one turn', async () => {
    const world = await startEventStreams(adapter, {
      options: { longLived: { spread: '2s', retry: { min: '2s', max: '9s' } } },
    });
    const clients = await Promise.all(Array.from({ length: 200 }, () => subscribe(world, '/plain')));
    await until('all are subscribed', () => world.streams.length === 200);
    await Promise.all(clients.map((client) => client.until(/text\/event-stream/)));
    const closing = closed(world, 200);
    const left = (): number => world.streams.filter(({ isTornDown }) => !isTornDown).length;
    await until('some have ended', () => left() < 200);
    expect(left()).toBeGreaterThan(0);
    const received = await Promise.all(clients.map((client) => client.until(CLEAN_END)));
    const retries = received.flatMap((text) => fields(text, 'retry').map(Number));
    expect(retries).toHaveLength(200);
    expect(new Set(retries).size).toBeGreaterThan(100);
    expect(Math.min(...retries)).toBeGreaterThanOrEqual(2000);
    expect(Math.max(...retries)).toBeLessThanOrEqual(9000);
    await closing;
  });
});
