import { turns, until } from '../support/event-loop.js';
import { ADAPTERS } from '../support/http-app.js';
import { MixedController, runMixedLoad } from '../support/mixed-load.js';
import { RawClient } from '../support/raw-client.js';
import { startTrafficWorld } from '../support/traffic-world.js';

/** Many more are asked for in test/services. */
const REQUESTS = 600;

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

describe.each(ADAPTERS)('a client that has closed its half of the connection (%s)', (adapter) => {
  it('with requests in flight leaves nothing behind, and does not hold the shutdown up', async () => {
    const world = await startTrafficWorld(adapter);
    const client = await RawClient.connect(world.url);
    for (let n = 1; n <= 3; n += 1) client.ask('GET', `/slow?${n}`);
    await world.slow.reached(3);
    client.endSending();
    const closing = world.app.close();
    await until('it drains', () => world.shutdown.phase === 'draining');
    await turns();
    world.slow.open();
    await Promise.all([client.closed, closing]);
    expect(world.shutdown.inFlight()).toMatchObject({ total: 0, responses: 0, handlers: 0 });
    expect(world.shutdown.report).toMatchObject({
      outcome: 'clean',
      requests: { inFlightAtStart: 3, interrupted: [] },
    });
  });

  it('in the middle of an upload leaves nothing behind', async () => {
    const world = await startTrafficWorld(adapter);
    const client = await RawClient.connect(world.url);
    client.ask('POST', '/upload', 'Content-Type: application/octet-stream', 'Content-Length: 10');
    client.send('12345');
    await until('a part has arrived', () => world.uploaded.bytes === 5);
    client.endSending();
    await until('nothing is in flight', () => world.shutdown.inFlight().total === 0);
    await world.app.close();
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 0 } });
  });
});
