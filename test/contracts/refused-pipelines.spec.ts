import { turns, until } from '../support/event-loop.js';
import { ADAPTERS } from '../support/http-app.js';
import { RawClient } from '../support/raw-client.js';
import { connectionHeaders, startTrafficWorld } from '../support/traffic-world.js';

describe.each(ADAPTERS)("lateRequests: 'refuse' on a connection with a request in flight (%s)", (adapter) => {
  it('answers both: the one in flight, then the late one with 503, and only that one ends the connection', async () => {
    const world = await startTrafficWorld(adapter, { options: { lateRequests: 'refuse' } });
    const client = await RawClient.connect(world.url);
    client.ask('GET', '/slow');
    await world.slow.reached();
    const closing = world.app.close();
    await until('it drains', () => world.shutdown.phase === 'draining');
    await turns();
    client.ask('GET', '/');
    await turns();
    world.slow.open();
    await client.closed;
    expect(client.received).toMatch(/^HTTP\/1\.1 200 [^]*slowHTTP\/1\.1 503 [^]*"SHUTTING_DOWN"/);
    expect(connectionHeaders(client.received).map((header) => header === 'close')).toEqual([false, true]);
    await closing;
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { drained: 1, refused: 1 } });
  });
});
