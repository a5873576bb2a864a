import { until } from '../support/event-loop.js';
import { ADAPTERS } from '../support/http-app.js';
import { MixedController, runMixedLoad } from '../support/mixed-load.js';
import { startTrafficWorld } from '../support/traffic-world.js';

/** A million of them are asked for in test/services. */
const REQUESTS = 3000;

describe.each(ADAPTERS)('after requests of all kinds, of whose clients many go at any moment (%s)', (adapter) => {
  it('the count of what is in flight is zero again', async () => {
    const world = await startTrafficWorld(adapter, { controllers: [MixedController] });
    const load = await runMixedLoad(world.url, { requests: REQUESTS, clients: 40, seed: 20261121 });
    expect(load.asked).toBeGreaterThanOrEqual(REQUESTS);
    await world.left(load.connections);
    await until('nothing is in flight', () => world.shutdown.inFlight().total === 0);
    expect(world.shutdown.inFlight()).toMatchObject({ responses: 0, handlers: 0, items: [] });
    await world.app.close();
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 0, drained: 0 } });
  });
});
