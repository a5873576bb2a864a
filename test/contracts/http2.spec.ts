import { turns, until, watch } from '../support/event-loop.js';
import { RawClient } from '../support/raw-client.js';
import { HTTP2_KINDS, startHttp2World } from '../support/secure-worlds.js';
import { connectionHeaders, hold } from '../support/traffic-world.js';

/** Of RFC 9113 §7. */
const NO_ERROR = 0;
const CANCEL = 8;

describe.each(HTTP2_KINDS)('HTTP/2 (%s)', (kind) => {
  it('a session with streams in flight finishes them in lame duck, is told to go, and goes', async () => {
    const world = await startHttp2World(kind);
    const gate = hold(world, 'lame-duck');
    const client = await world.connect();
    const [first, second] = [client.ask('/slow?1'), client.ask('/slow?2')];
    await world.slow.reached(2);
    expect(client.goaways).toEqual([]);
    const closing = world.app.close();
    await gate.reached();
    await turns();
    expect(client.isClosed).toBe(false);
    world.slow.open();
    expect(await first).toMatchObject({ outcome: 'answered', status: 200, body: 'slow' });
    expect(await second).toMatchObject({ outcome: 'answered', status: 200, body: 'slow' });
    await client.closed;
    expect(world.shutdown.phase).toBe('lame-duck');
    gate.open();
    await closing;
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 2, drained: 2 } });
  });

  it('a session that has carried nothing yet is served in lame duck, and hears of it afterwards', async () => {
    const world = await startHttp2World(kind);
    const gate = hold(world, 'lame-duck');
    const old = await world.connect();
    const closing = world.app.close();
    await gate.reached();
    const fresh = await world.connect();
    await turns();
    expect([...old.goaways, ...fresh.goaways]).toEqual([]);
    const answers = await Promise.all([old.ask('/'), fresh.ask('/')]);
    expect(answers).toMatchObject([{ outcome: 'answered' }, { outcome: 'answered' }]);
    await Promise.all([old.closed, fresh.closed]);
    expect([...old.goaways, ...fresh.goaways].filter(([code]) => code !== NO_ERROR)).toEqual([]);
    expect(world.shutdown.phase).toBe('lame-duck');
    gate.open();
    await closing;
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 0, drained: 2 } });
  });

  it('a session with streams in flight finishes them while draining', async () => {
    const world = await startHttp2World(kind);
    const client = await world.connect();
    const [first, second] = [client.ask('/slow?1'), client.ask('/slow?2')];
    await world.slow.reached(2);
    const closing = world.app.close();
    await until('it drains', () => world.shutdown.phase === 'draining');
    await turns();
    expect(client.isClosed).toBe(false);
    world.slow.open();
    expect([await first, await second]).toMatchObject([
      { outcome: 'answered', body: 'slow' },
      { outcome: 'answered', body: 'slow' },
    ]);
    await Promise.all([client.closed, closing]);
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 2, drained: 2 } });
  });

  it('a stream that outlives the lame duck is told to go by then, and finishes', async () => {
    const world = await startHttp2World(kind);
    const client = await world.connect();
    const stream = client.open('/download');
    const received: string[] = [];
    stream.on('data', (data: Buffer) => received.push(data.toString()));
    world.download.write('before');
    await until('it has begun', () => received.length > 0);
    const closing = world.app.close();
    const state = watch(closing);
    await until('it is told', () => client.goaways.length > 0);
    expect(client.goaways[0]?.[0]).toBe(NO_ERROR);
    world.download.write('after');
    await until('it has come', () => received.join('').includes('after'));
    expect([state.isSettled, client.isClosed]).toEqual([false, false]);
    world.download.end();
    await Promise.all([client.closed, closing]);
    expect(stream.rstCode).toBe(0);
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 1, drained: 1 } });
  });

  it('at the deadline an unanswered stream gets a 503, one that has begun is cut, and both are named', async () => {
    const world = await startHttp2World(kind, { options: { drainTimeout: '50ms' } });
    const client = await world.connect();
    const [unanswered, begun] = [client.ask('/slow'), client.ask('/download')];
    await world.slow.reached();
    world.download.write('a part');
    await until('both have arrived', () => world.shutdown.inFlight().total === 2);
    await world.app.close();
    expect(await unanswered).toMatchObject({
      outcome: 'answered',
      status: 503,
      body: expect.stringContaining('"INTERRUPTED"') as string,
    });
    expect(await begun).toMatchObject({ outcome: 'cut', status: 200 });
    await client.closed;
    expect(world.shutdown.report).toMatchObject({
      outcome: 'interrupted',
      requests: { inFlightAtStart: 2, drained: 0, interrupted: [{ name: 'GET /slow' }, { name: 'GET /download' }] },
    });
  });

  it('app.close() ends with idle sessions, ones never used, and connections that never said a word of HTTP/2', async () => {
    const world = await startHttp2World(kind);
    const gate = hold(world, 'closing');
    const [idle, unused] = [await world.connect(), await world.connect()];
    await idle.ask('/');
    const [silent, half] = [await RawClient.connect(world.url), await RawClient.connect(world.url)];
    half.send('PRI * HTTP/2.0', '', 'SM');
    await until('all are accepted', () => world.accepted() === 4);
    const closing = world.app.close();
    const state = watch(closing);
    await gate.reached();
    await Promise.all([idle, unused, silent, half].map(({ closed }) => closed));
    expect(state.isSettled).toBe(false);
    gate.open();
    await closing;
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 0 } });
  });

  it("lateRequests: 'refuse' answers late streams 503 and finishes those in flight", async () => {
    const world = await startHttp2World(kind, { options: { lateRequests: 'refuse', retryAfter: '7s', health: true } });
    const early = await world.connect();
    const unused = await world.connect();
    const answer = early.ask('/slow');
    await world.slow.reached();
    const closing = world.app.close();
    await until('it drains', () => world.shutdown.phase === 'draining');
    await turns();
    const late = [await unused.ask('/'), await (await world.connect()).ask('/')];
    expect(late).toMatchObject(late.map(() => ({ outcome: 'answered', status: 503, headers: { 'retry-after': '7' } })));
    expect(late.map(({ headers }) => headers['connection'])).toEqual([undefined, undefined]);
    expect(await (await world.connect()).ask('/health/live')).toMatchObject({ status: 200 });
    world.slow.open();
    expect(await answer).toMatchObject({ outcome: 'answered', body: 'slow' });
    await closing;
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { refused: 2, drained: 1 } });
  });

  it('streams the client gives up, and sessions it drops, leave nothing behind', async () => {
    const world = await startHttp2World(kind);
    const client = await world.connect();
    const stream = client.open('/download');
    await until('it has arrived', () => world.shutdown.inFlight().total === 1);
    expect(world.shutdown.inFlight()).toMatchObject({ total: 1, responses: 1 });
    stream.close(CANCEL);
    await until('it is gone', () => world.shutdown.inFlight().total === 0);
    for (let n = 1; n <= 3; n += 1) client.open(`/slow?${n}`);
    await world.slow.reached(3);
    client.session.destroy();
    await until('the responses are gone', () => world.shutdown.inFlight().responses === 0);
    expect(world.shutdown.inFlight()).toMatchObject({ total: 3, handlers: 3 });
    world.slow.open();
    await until('the handlers have ended', () => world.shutdown.inFlight().total === 0);
    await world.app.close();
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 0 } });
  });
});

describe.each(['Fastify, TLS', 'Express, TLS'] as const)('HTTP/1.1 over the TLS port of HTTP/2 (%s)', (kind) => {
  it('is told Connection: close, as without HTTP/2, which never is', async () => {
    const world = await startHttp2World(kind);
    const gate = hold(world, 'lame-duck');
    const old = await RawClient.connectSecurely(world.url);
    old.ask('GET', '/');
    await old.until(/hello$/);
    const session = await world.connect();
    const closing = world.app.close();
    await gate.reached();
    const fresh = await RawClient.connectSecurely(world.url);
    old.ask('GET', '/');
    fresh.ask('GET', '/');
    await Promise.all([old.closed, fresh.closed]);
    expect([connectionHeaders(old.received).at(-1), connectionHeaders(fresh.received).at(-1)]).toEqual([
      'close',
      'close',
    ]);
    const { status, headers } = await session.ask('/');
    expect([status, headers['connection']]).toEqual([200, undefined]);
    gate.open();
    await closing;
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { drained: 3 } });
  });
});
