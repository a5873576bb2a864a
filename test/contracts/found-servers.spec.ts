import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { ManualClock } from '../support/manual-clock.js';
import { setImmediate } from 'node:timers/promises';
import { until } from '../support/event-loop.js';
import { ask, urlOf } from '../support/http-app.js';
import { killAfterTest } from '../support/started-programs.js';
import { createTrafficWorld, type TrafficWorld } from '../support/traffic-world.js';

async function listen(listener: RequestListener): Promise<Server> {
  const server = createServer(listener);
  killAfterTest({ kill: async () => void server.close() });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

async function initialised(): Promise<Omit<TrafficWorld, 'url'> & { readonly express: RequestListener }> {
  const world = await createTrafficWorld('express');
  await world.app.init();
  // Of Express, a function.
  return { ...world, express: world.app.getHttpAdapter().getInstance() as RequestListener };
}

describe("Nest's recipe for several servers, with nothing told to the library", () => {
  it.each<[string, (express: RequestListener) => RequestListener]>([
    ['is found when it listens', (express) => express],
    [
      'that calls the framework itself is found by its first request',
      (express) =>
        (...args) =>
          express(...args),
    ],
  ])('a server %s: it makes the service ready, and its requests are waited for', async (_title, wrap) => {
    const world = await initialised();
    expect(world.shutdown.phase).toBe('starting');
    const server = await listen(wrap(world.express));
    const answer = ask(urlOf(server), '/slow');
    await world.slow.reached();
    await until('it is ready', () => world.shutdown.phase === 'ready');
    expect(world.shutdown.inFlight()).toMatchObject({ total: 1, responses: 1 });
    const closing = world.app.close();
    await until('it drains', () => world.shutdown.phase === 'draining');
    await setImmediate();
    expect(world.shutdown.report).toBeUndefined();
    world.slow.open();
    expect(await answer).toMatchObject({ body: 'slow' });
    await closing;
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 1, drained: 1 } });
    // It is the application's to close.
    await new Promise<void>((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())));
  });

  it('is not called clean where a server listens of which nobody knows whom it serves', async () => {
    const world = await initialised();
    const server = await listen((_request, response) => response.end('by hand'));
    await world.app.close();
    expect(world.shutdown.report).toMatchObject({ outcome: 'unverified' });
    expect(world.shutdown.report?.unseen).toEqual([
      expect.stringMatching(
        new RegExp(`^requests of the HTTP server on port ${new URL(urlOf(server)).port} cannot be seen`),
      ),
    ]);
  });
});

it('reminds of a service that never listens, once, and says what to type', async () => {
  const clock = new ManualClock();
  const { FoundServers } = await import('../../libs/lifecycle/src/nest/found-servers.js');
  const told: string[] = [];
  const startUp = { isComplete: false, hasSettled: true, listening: (): void => undefined };
  const world = await createTrafficWorld('express');
  const parts = {
    clock,
    startUp,
    state: { hasBegun: false },
    log: { warn: (text: string) => void told.push(text) },
  };
  // The other parts are not asked for what is tested here.
  new FoundServers({ ...parts, traffic: {}, unseen: {} } as never).remind();
  await clock.advance(9_999);
  expect(told).toEqual([]);
  await clock.advance(20_000);
  expect(told).toEqual([expect.stringContaining('trackServer(server)')]);
  await world.app.close();
});
