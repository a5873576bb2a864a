import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { ManualClock } from '../support/manual-clock.js';
import { setImmediate } from 'node:timers/promises';
import { until } from '../support/event-loop.js';
import type { FastifyInstance } from 'fastify';
import { type Adapter, ADAPTERS, ask, urlOf } from '../support/http-app.js';
import { killAfterTest } from '../support/started-programs.js';
import { createTrafficWorld, type TrafficWorld } from '../support/traffic-world.js';

async function listen(listener: RequestListener): Promise<Server> {
  const server = createServer(listener);
  killAfterTest({ kill: async () => void server.close() });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

type World = Omit<TrafficWorld, 'url'>;

async function initialised(adapter: Adapter): Promise<World> {
  const world = await createTrafficWorld(adapter);
  await world.app.init();
  // Nest's `listen()` waits for the plugins of Fastify too.
  if (adapter === 'fastify') await (world.app.getHttpAdapter().getInstance() as FastifyInstance).ready();
  return world;
}

/** What the framework has for a server's requests: Express is a function itself. */
function listenerOf({ app }: World): RequestListener {
  const instance: unknown = app.getHttpAdapter().getInstance();
  // Of Express and Fastify, what is said here.
  return typeof instance === 'function'
    ? (instance as RequestListener)
    : (instance as { readonly routing: RequestListener }).routing;
}

/** Every way to serve an application that Nest's `listen()` does not open. */
const WAYS: [string, Adapter, (world: World) => Promise<Server>][] = [
  ["of Express's own function, found when it listens", 'express', (world) => listen(listenerOf(world))],
  [
    'that calls Express itself, found by its first request',
    'express',
    (world) => {
      const express = listenerOf(world);
      return listen((...args) => express(...args));
    },
  ],
  ["of Fastify's own function, found by its first request", 'fastify', (world) => listen(listenerOf(world))],
  [
    'that calls Fastify itself, found by its first request',
    'fastify',
    (world) => {
      const fastify = listenerOf(world);
      return listen((...args) => fastify(...args));
    },
  ],
  [
    'that Fastify makes and opens itself',
    'fastify',
    async ({ app, server }) => {
      await (app.getHttpAdapter().getInstance() as FastifyInstance).listen({ port: 0, host: '127.0.0.1' });
      return server;
    },
  ],
];

describe("Nest's recipe for several servers, with nothing told to the library", () => {
  it.each(WAYS)(
    'a server %s: it makes the service ready, and its requests are waited for',
    async (_, adapter, open) => {
      const world = await initialised(adapter);
      expect(world.shutdown.phase).toBe('starting');
      const server = await open(world);
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
      // It is the application's to close, where the framework has not made it.
      expect(server.listening).toBe(server !== world.server);
    },
  );

  it('requests of several servers are all waited for, on Fastify too', async () => {
    const world = await initialised('fastify');
    const servers = [await listen(listenerOf(world)), await listen(listenerOf(world))];
    const answers = servers.map((server) => ask(urlOf(server), '/slow'));
    await until('both have come', () => world.shutdown.inFlight().total === 2);
    const closing = world.app.close();
    await until('it drains', () => world.shutdown.phase === 'draining');
    world.slow.open();
    expect(await Promise.all(answers)).toMatchObject([{ body: 'slow' }, { body: 'slow' }]);
    await closing;
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 2, drained: 2 } });
  });

  it.each(ADAPTERS)(
    'is not called clean where a server listens of which it is not known whom it serves (%s)',
    async (adapter) => {
      const world = await initialised(adapter);
      const server = await listen((_request, response) => response.end('by hand'));
      await world.app.close();
      expect(world.shutdown.report).toMatchObject({ outcome: 'unverified' });
      expect(world.shutdown.report?.unseen).toEqual([
        expect.stringMatching(
          new RegExp(`^requests of the HTTP server on port ${new URL(urlOf(server)).port} cannot be seen`),
        ),
      ]);
    },
  );
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
