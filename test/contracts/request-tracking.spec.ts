import type { IncomingMessage, ServerResponse } from 'node:http';
import { GracefulShutdown, type InFlight } from 'nestjs-lifecycle';
import { turns, until, watch } from '../support/event-loop.js';
import { type Adapter, ADAPTERS, ask, type HttpApp, startHttpApp } from '../support/http-app.js';
import { RawClient } from '../support/raw-client.js';
import { RouteControls, TrackedController } from '../support/tracked-routes.js';

interface World extends HttpApp {
  readonly controls: RouteControls;
  readonly client: RawClient;
  /** What was in flight when each request arrived, and before any handler. */
  readonly atArrival: InFlight[];
}

type Next = () => void;

async function startWorld(adapter: Adapter): Promise<World> {
  const controls = new RouteControls();
  const atArrival: InFlight[] = [];
  const world = await startHttpApp(adapter, {
    controllers: [TrackedController],
    providers: [{ provide: RouteControls, useValue: controls }],
    prepare: (app) => void app.use(sampler(app.get(GracefulShutdown), atArrival)),
  });
  return { ...world, controls, atArrival, client: await RawClient.connect(world.url) };
}

function sampler(shutdown: GracefulShutdown, samples: InFlight[]) {
  return (request: IncomingMessage, response: ServerResponse, next: Next): void => {
    samples.push(shutdown.inFlight());
    if (request.url === '/replied') response.end('by middleware');
    else next();
  };
}

const counts = ({ total, responses, handlers, items }: InFlight): number[] => [
  total,
  responses,
  handlers,
  items.length,
];
const backToZero = ({ shutdown }: World): Promise<void> =>
  until('nothing is in flight', () => shutdown.inFlight().total === 0);

/**
 * What a wrong count would break: a shutdown waits for the one request in flight, which one too few would not, and then
 * ends before the drain's deadline, which one too many would not.
 */
async function expectExactCount({ app, shutdown, url, controls, logger }: World): Promise<void> {
  const answer = ask(url, '/last');
  await controls.last.reached();
  const closing = app.close();
  const state = watch(closing);
  await until('it drains', () => shutdown.phase === 'draining');
  await turns();
  expect(state.isSettled).toBe(false);
  expect(shutdown.phase).toBe('draining');
  controls.last.open();
  expect(await answer).toMatchObject({ outcome: 'ok', body: 'last' });
  await closing;
  expect(shutdown.report).toMatchObject({
    outcome: 'clean',
    requests: { inFlightAtStart: 1, drained: 1, interrupted: [] },
  });
  expect(logger.texts('warn').filter((text) => text.includes('time is up'))).toEqual([]);
}

interface Scenario {
  readonly name: string;
  readonly run: (world: World) => Promise<unknown>;
  /** How many requests were in flight when each arrived. Default: one request, alone. */
  readonly arrivals?: readonly number[];
}

const SCENARIOS: readonly Scenario[] = [
  { name: 'an answer', run: exchange('GET', '/plain', 200) },
  { name: 'a handler that throws', run: exchange('GET', '/broken', 500) },
  { name: 'a path nobody serves', run: exchange('GET', '/nowhere', 404) },
  { name: 'a guard that says no', run: exchange('GET', '/guarded', 403) },
  { name: 'an answer by middleware', run: exchange('GET', '/replied', 200) },
  { name: 'an answer by @Res()', run: exchange('GET', '/res', 200) },
  { name: 'a HEAD request', run: exchange('HEAD', '/plain', 200) },
  {
    name: 'a body that is no JSON',
    run: async ({ client }) => {
      client.ask('POST', '/body', 'Content-Type: application/json', 'Content-Length: 5');
      client.send('{"a":');
      await client.until(/^HTTP\/1\.1 400 /);
    },
  },
  {
    name: 'an upload, from its first byte on',
    run: async (world) => {
      const { client, atArrival, shutdown } = world;
      client.ask('POST', '/body', 'Content-Type: application/json', 'Content-Length: 7');
      client.send('{"a"');
      await until('the head has arrived', () => atArrival.length === 1);
      await turns();
      expect(counts(shutdown.inFlight())).toEqual([1, 1, 0, 1]);
      client.send(':1}');
      await client.until(/^HTTP\/1\.1 201 [^]*\{"a":1\}/);
    },
  },
  {
    name: 'an upload that waits for 100 Continue',
    run: async ({ client, shutdown }) => {
      client.ask('POST', '/body', 'Content-Type: application/json', 'Content-Length: 7', 'Expect: 100-continue');
      await client.until(/^HTTP\/1\.1 100 Continue/);
      expect(counts(shutdown.inFlight())).toEqual([1, 1, 0, 1]);
      client.send('{"a":1}');
      await client.until(/HTTP\/1\.1 201 [^]*\{"a":1\}/);
    },
  },
  {
    name: 'an upload the client gives up',
    run: async ({ client, atArrival }) => {
      client.ask('POST', '/body', 'Content-Type: application/json', 'Content-Length: 7');
      await until('the head has arrived', () => atArrival.length === 1);
      client.abort();
    },
  },
  {
    name: 'a file, to its last byte',
    run: async (world) => {
      const { client, controls } = world;
      client.ask('GET', '/file');
      controls.stream.write('first part');
      await client.until(/first part/);
      await expectOneRequest(world, 'GET /file');
      controls.stream.end('last part');
      await client.until(/last part/);
    },
  },
  {
    name: 'a file the client gives up',
    run: async (world) => {
      const { client, controls } = world;
      client.ask('GET', '/file');
      controls.stream.write('first part');
      await client.until(/first part/);
      await expectOneRequest(world, 'GET /file');
      client.abort();
    },
  },
  {
    name: 'server-sent events, to the end of the stream',
    run: async (world) => {
      const { client, controls } = world;
      client.ask('GET', '/events');
      await until('somebody listens', () => controls.events.observed);
      controls.events.next({ data: 'tick' });
      await client.until(/data: tick/);
      await expectOneRequest(world, 'GET /events');
      controls.events.complete();
      await client.until(/\r\n0\r\n\r\n/);
    },
  },
  {
    name: 'server-sent events the client gives up',
    run: async (world) => {
      const { client, controls } = world;
      client.ask('GET', '/events');
      await until('somebody listens', () => controls.events.observed);
      controls.events.next({ data: 'tick' });
      await client.until(/data: tick/);
      client.abort();
    },
  },
  {
    name: 'keep-alive reuse',
    run: async ({ client }) => {
      client.ask('GET', '/plain');
      await client.until(/plain$/);
      client.ask('GET', '/plain');
      await client.until(/(HTTP\/1\.1 200[^]*){2}plain$/);
    },
    arrivals: [1, 1],
  },
];

function exchange(method: string, path: string, status: number): Scenario['run'] {
  return async ({ client }) => {
    client.ask(method, path);
    await client.until(new RegExp(`^HTTP/1\\.1 ${status} `));
  };
}

async function expectOneRequest({ shutdown }: World, name: string): Promise<void> {
  await turns();
  const { total, responses, items } = shutdown.inFlight();
  expect([total, responses]).toEqual([1, 1]);
  expect(items).toMatchObject([{ kind: 'response', name }]);
}

describe.each(ADAPTERS)('the count of requests in flight (%s)', (adapter) => {
  let world: World;

  beforeEach(async () => {
    world = await startWorld(adapter);
  });

  it.each(SCENARIOS)('is one for $name, and back to zero after it', async ({ run, arrivals = [1] }) => {
    await run(world);
    await backToZero(world);
    expect(world.atArrival.map(({ responses }) => responses)).toEqual(arrivals);
    world.client.abort();
    await expectExactCount(world);
  });

  it('includes a handler whose client has gone, until the handler ends', async () => {
    const { client, shutdown, controls, app } = world;
    client.ask('GET', '/waits/7?token=secret');
    await controls.gate.reached();
    expect(counts(shutdown.inFlight())).toEqual([1, 1, 1, 1]);
    client.abort();
    await until('the response is gone', () => shutdown.inFlight().responses === 0);
    await turns();
    expect(shutdown.inFlight()).toMatchObject({
      total: 1,
      handlers: 1,
      items: [{ kind: 'handler', name: 'GET /waits/:id' }],
    });

    const closing = app.close();
    const state = watch(closing);
    await until('it drains', () => shutdown.phase === 'draining');
    await turns();
    expect(state.isSettled).toBe(false);
    controls.gate.open();
    await closing;
    expect(shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 1, interrupted: [] } });
  });

  it('is five for five pipelined requests', async () => {
    const { client, shutdown, controls } = world;
    for (let n = 1; n <= 5; n += 1) client.ask('GET', `/waits/${n}`);
    await controls.gate.reached(5);
    expect(counts(shutdown.inFlight())).toEqual([5, 5, 5, 5]);
    controls.gate.open();
    await client.until(/(waited[^]*){5}/);
    await backToZero(world);
    client.abort();
    await expectExactCount(world);
  });

  it('is zero again after three pipelined requests whose client goes, once their handlers have ended', async () => {
    const { client, shutdown, controls } = world;
    for (let n = 1; n <= 3; n += 1) client.ask('GET', `/waits/${n}`);
    await controls.gate.reached(3);
    client.abort();
    await until('the responses are gone', () => shutdown.inFlight().responses === 0);
    expect(counts(shutdown.inFlight())).toEqual([3, 0, 3, 3]);
    controls.gate.open();
    await backToZero(world);
    await expectExactCount(world);
  });

  it('names each request once, by method and route pattern, the oldest first, never with its query', async () => {
    const { client, shutdown, controls } = world;
    client.ask('GET', '/waits/7?token=secret');
    await controls.gate.reached();
    const other = await RawClient.connect(world.url);
    other.ask('GET', '/file?token=secret');
    controls.stream.write('part');
    await other.until(/part/);
    const { items } = shutdown.inFlight();
    expect(items).toMatchObject([
      { name: 'GET /waits/:id', method: 'GET', route: '/waits/:id' },
      { name: 'GET /file', method: 'GET', route: '/file' },
    ]);
    expect(JSON.stringify(items)).not.toContain('secret');
    expect(items.every(({ ageMs }) => ageMs >= 0)).toBe(true);
    controls.gate.open();
    controls.stream.end();
    await backToZero(world);
  });
});
