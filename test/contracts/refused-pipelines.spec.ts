import { turns, until } from '../support/event-loop.js';
import { type Adapter, ADAPTERS } from '../support/http-app.js';
import { RawClient } from '../support/raw-client.js';
import { connectionHeaders, startTrafficWorld } from '../support/traffic-world.js';

/** An application that drains, because one request is in flight, and refuses what comes late. */
async function startDraining(adapter: Adapter) {
  const world = await startTrafficWorld(adapter, { options: { lateRequests: 'refuse' } });
  const [slow, late] = [await RawClient.connect(world.url), await RawClient.connect(world.url)];
  slow.ask('GET', '/slow');
  await world.slow.reached();
  const closing = world.app.close();
  await until('it drains', () => world.shutdown.phase === 'draining');
  await turns();
  const finish = async (): Promise<void> => {
    world.slow.open();
    await Promise.all([slow.closed, late.closed, closing]);
  };
  return { world, late, finish };
}

describe.each(ADAPTERS)("lateRequests: 'refuse' (%s)", (adapter) => {
  it('answers all of several pipelined requests, and only the last answer ends the connection', async () => {
    const { world, late, finish } = await startDraining(adapter);
    late.send('GET /a HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(3));
    await finish();
    expect(late.received.match(/HTTP\/1\.1 503 /g)).toHaveLength(3);
    expect(connectionHeaders(late.received).map((header) => header === 'close')).toEqual([false, false, true]);
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { drained: 1, refused: 3 } });
  });

  it('does not invite anybody to send a body that it would not take', async () => {
    const { world, late, finish } = await startDraining(adapter);
    late.ask('POST', '/upload', 'Content-Length: 10', 'Expect: 100-continue');
    await late.until(/"SHUTTING_DOWN"/);
    expect(late.received).toMatch(/^HTTP\/1\.1 503 /);
    late.send('1234567890');
    await finish();
    expect(world.shutdown.report).toMatchObject({ requests: { refused: 1 } });
  });

  it('goes on inviting those whose requests are exempt', async () => {
    const world = await startTrafficWorld(adapter, { options: { lateRequests: 'refuse', exempt: ['/upload'] } });
    const [slow, exempt] = [await RawClient.connect(world.url), await RawClient.connect(world.url)];
    slow.ask('GET', '/slow');
    await world.slow.reached();
    const closing = world.app.close();
    await until('it drains', () => world.shutdown.phase === 'draining');
    await turns();
    const type = 'Content-Type: application/octet-stream';
    exempt.ask('POST', '/upload', type, 'Content-Length: 10', 'Expect: 100-continue');
    await exempt.until(/^HTTP\/1\.1 100 Continue\r\n\r\n$/);
    exempt.send('1234567890');
    await exempt.until(/HTTP\/1\.1 201 [^]*10 bytes$/);
    world.slow.open();
    await Promise.all([slow.closed, closing]);
    expect(world.shutdown.report).toMatchObject({ requests: { drained: 1, refused: 0 } });
  });
});

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
