import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { turns, until } from '../support/event-loop.js';
import { ADAPTERS } from '../support/http-app.js';
import { MixedController, runMixedLoad } from '../support/mixed-load.js';
import { startTrafficWorld } from '../support/traffic-world.js';

/** On each adapter. `npm run test:million` asks for half a million on each, a million in all. */
const REQUESTS = Number(process.env['MIXED_REQUESTS'] ?? 50_000);
const WARM_UP = 20_000;
/** What may come of anything but the requests. */
const UNRELATED_MB = 5;
/** A record of a request that is never let go has more bytes than this. */
const MOST_BYTES_A_REQUEST = 30;
const MOST_GROWTH_MB = UNRELATED_MB + (REQUESTS * MOST_BYTES_A_REQUEST) / 2 ** 20;
const MINUTES = 60_000;

/** In megabytes, after a collection. */
async function heapUsed(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  await turns();
  collect();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

describe.each(ADAPTERS)(`${REQUESTS} requests of all kinds, with clients that go at any moment (%s)`, (adapter) => {
  it(
    'leave nothing in flight, and nothing on the heap',
    async () => {
      const world = await startTrafficWorld(adapter, { controllers: [MixedController] });
      const isIdle = (): boolean => world.shutdown.inFlight().total === 0;
      const warmUp = await runMixedLoad(world.url, { requests: WARM_UP, clients: 100, seed: 1 });
      await world.left(warmUp.connections);
      await until('nothing is in flight', isIdle);
      world.logger.lines.length = 0;
      const before = await heapUsed();
      const load = await runMixedLoad(world.url, { requests: REQUESTS, clients: 100, seed: 20261121 });
      expect(load.asked).toBeGreaterThanOrEqual(REQUESTS);
      await world.left(warmUp.connections + load.connections);
      await until('nothing is in flight', isIdle);
      expect(world.shutdown.inFlight()).toMatchObject({ responses: 0, handlers: 0, items: [] });
      // Nest logs every error that a handler throws.
      world.logger.lines.length = 0;
      expect((await heapUsed()) - before).toBeLessThan(MOST_GROWTH_MB);
      await world.app.close();
      expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 0, drained: 0 } });
    },
    15 * MINUTES,
  );
});
