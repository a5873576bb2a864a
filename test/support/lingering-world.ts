import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TestEnding } from 'nestjs-lifecycle/testing';
import { replaceClock } from '../../libs/lifecycle/src/deadline/clock.js';
import type { Adapter, HttpAppParts } from './http-app.js';
import { ManualClock } from './manual-clock.js';
import { RawClient } from './raw-client.js';
import { startSignalled } from './signalled-world.js';
import { startTrafficWorld, type TrafficWorld } from './traffic-world.js';

/** Answers within the event of the request, as health checks, CORS and static files are. */
function answerAtOnce(request: IncomingMessage, response: ServerResponse, next: () => void): void {
  if (request.url === '/at-once') response.end('at once');
  else next();
}

/** A world whose idle connections only the server ends. */
export async function createLingering(adapter: Adapter, parts: HttpAppParts = {}): Promise<TrafficWorld> {
  const world = await startTrafficWorld(adapter, { ...parts, prepare: (app) => void app.use(answerAtOnce) });
  // Node's own end of idle connections is not what ends them.
  world.server.keepAliveTimeout = 600_000;
  return world;
}

/** On a clock that stands still until the test moves it. */
export async function onManualClock<T>(start: () => Promise<T>): Promise<T & { readonly clock: ManualClock }> {
  const clock = new ManualClock();
  const undo = replaceClock(clock);
  try {
    return { ...(await start()), clock };
  } finally {
    undo();
  }
}

interface Lingering {
  readonly world: TrafficWorld;
  readonly clock: ManualClock;
  /** Sends SIGTERM; resolves with how the service ended. */
  readonly ended: () => Promise<TestEnding>;
}

/** One that a test can send a signal, and whose time it moves. */
export async function startLingering(adapter: Adapter, parts: HttpAppParts = {}): Promise<Lingering> {
  const clocks: ManualClock[] = [];
  const world = await startSignalled(async () => {
    const { clock, ...created } = await onManualClock(() => createLingering(adapter, parts));
    clocks.push(clock);
    return created;
  });
  return { world, clock: clocks[0] ?? new ManualClock(), ended: () => world.terminate() };
}

/** Connections that have been used, and may be used again. */
export async function connectIdle(world: TrafficWorld, count: number): Promise<RawClient[]> {
  const clients = await Promise.all(Array.from({ length: count }, () => RawClient.connect(world.url)));
  for (const client of clients) {
    client.ask('GET', '/at-once');
    await client.until(/at once$/);
    client.received = '';
  }
  return clients;
}
