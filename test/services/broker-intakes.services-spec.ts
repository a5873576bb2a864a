import { allAnswered, type Broker, BrokerWorld, numbers } from '../support/broker-world.js';
import { reportOf } from '../support/service.js';
import { TcpRouter } from '../support/tcp-router.js';

const CLEAN = { outcome: 'clean', unseen: [], requests: { interrupted: [] } };
const GONE = { lameDuck: '200ms', gracePeriod: '12s' } as const;
const MQTT_URL = process.env['MQTT_URL'] ?? 'mqtt://127.0.0.1:1883';

/** How each client comes back soon, and how many connections Nest's server has. */
const RECONNECTING: readonly (readonly [Broker, url: string, connections: number, server: Record<string, unknown>])[] =
  [
    ['redis', process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379', 2, { retryAttempts: 100, retryDelay: 50 }],
    ['nats', process.env['NATS_URL'] ?? 'nats://127.0.0.1:4222', 1, { reconnectTimeWait: 50, reconnectJitter: 1 }],
    ['mqtt', MQTT_URL, 1, { reconnectPeriod: 50 }],
  ];

describe.each(RECONNECTING)('a connection to %s that is lost during the lame duck', (broker, target, count, server) => {
  it('is made again, and nothing is taken on it', async () => {
    const router = await TcpRouter.start(target);
    const options = { lameDuck: '2s', gracePeriod: '15s' } as const;
    const world = new BrokerWorld({ broker, nest: 12, kind: 'events', url: router.url, server, options });
    await world.begin();
    const { service } = world;
    service.signal('SIGTERM');
    await service.waitForLine(/^phase: lame-duck$/);
    // Nothing more has come for as long as some messages take.
    await world.load.waitForLine(new RegExp(`^sent ${numbers(world.load, 'sent').size + 50}$`));
    const taken = numbers(service, 'took');
    const again = router.connected(count);
    router.cut();
    await again;
    const exit = await service.exit;
    await world.stop();
    expect(numbers(exit, 'took')).toEqual(taken);
    expect(numbers(exit, 'did')).toEqual(taken);
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(reportOf(exit)).toMatchObject(CLEAN);
  });
});

describe.each(RECONNECTING)('%s, when it is gone from the signal on', (broker, target, _count, server) => {
  it.each([12, 11] as const)('keeps no hook from running, and the end comes in time, on Nest %i', async (nest) => {
    const router = await TcpRouter.start(target);
    const world = new BrokerWorld({ broker, nest, kind: 'events', url: router.url, server, options: GONE });
    await world.begin();
    const { service } = world;
    // In this order most clients know that they have no connection when they are to unsubscribe.
    router.vanish();
    service.signal('SIGTERM');
    const exit = await service.exit;
    await world.stop();
    expect(exit.signal).toBeNull();
    expect(exit.output).toMatch(/^closed$/m);
    expect(numbers(exit, 'did')).toEqual(numbers(exit, 'took'));
    const { outcome, hooks, errors, leftBehind, requests } = reportOf(exit);
    expect(hooks).toEqual([expect.objectContaining({ result: 'done' })]);
    // Events have no reply that could be cut.
    expect(requests.interrupted).toEqual([]);
    // What it took was worked on; whether more was on its way cannot be told.
    expect(outcome).toMatch(errors.length === 0 ? /^(clean|unverified)$/ : /^failed$/);
    // Redis says of a connection that is gone that it cannot be closed.
    for (const { origin } of errors) expect(origin).toBe('close() of ServerRedis');
    expect(leftBehind).toEqual([]);
  });

  it('names the replies that it may not have got, or they have come', async () => {
    const router = await TcpRouter.start(target);
    const world = new BrokerWorld({ broker, nest: 12, url: router.url, server, options: GONE });
    await world.begin();
    const { service } = world;
    service.signal('SIGTERM');
    await service.waitForLine(/^phase: lame-duck$/);
    router.vanish();
    const exit = await service.exit;
    await world.stop();
    const { outcome, requests } = reportOf(exit);
    expect(outcome).not.toBe('forced');
    // Some have none, because the broker was quick; then every reply has come.
    if (requests.interrupted.length === 0) await allAnswered(world, numbers(exit, 'took'));
    expect(requests.interrupted.every(({ name }) => name.includes('replies to '))).toBe(true);
  });
});

describe('an MQTT client that the broker keeps messages for', () => {
  const kept = (clientId: string): Record<string, unknown> => ({
    clientId,
    clean: false,
    subscribeOptions: { qos: 1 },
  });

  it.each([12, 11] as const)('leaves to the broker what comes after the signal, on Nest %i', async (nest) => {
    const server = kept(`lifecycle-${process.pid}-${nest}`);
    const world = new BrokerWorld({ broker: 'mqtt', nest, kind: 'events', qos: 1, server });
    await world.begin();
    world.service.signal('SIGTERM');
    const exit = await world.service.exit;
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(reportOf(exit)).toMatchObject(CLEAN);
    const done = numbers(exit, 'did');
    expect(numbers(exit, 'took')).toEqual(done);
    const next = world.startService();
    const rest = [...(await world.stop())].filter((number) => !done.has(number));
    expect(rest.length).toBeGreaterThan(0);
    for (const number of rest) await next.waitForLine(new RegExp(`^did ${number}$`));
    expect(numbers(next, 'took')).toEqual(new Set(rest));
  });
});

describe('NATS with gracefulShutdown', () => {
  it('does not wait for its grace period', async () => {
    const server = { gracefulShutdown: true, gracePeriod: 60_000 };
    const world = new BrokerWorld({ broker: 'nats', nest: 12, server });
    await world.begin();
    world.service.signal('SIGTERM');
    // The service has ten seconds.
    const exit = await world.service.exit;
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(reportOf(exit)).toMatchObject(CLEAN);
    await world.stop();
    await allAnswered(world, numbers(exit, 'took'));
  });
});

describe('what is told at boot', () => {
  it.each<[Broker, Record<string, unknown>, RegExp]>([
    ['redis', {}, /LOG .*Redis keeps no event for a service that is away/],
    ['nats', {}, /LOG .*NATS keeps no event for a service that is away/],
    ['mqtt', {}, /LOG .*MQTT keeps no event for a service that is away/],
    ['mqtt', { subscribeOptions: { qos: 1 } }, /WARN .*Type clean: false and clientId/],
    ['mqtt', { clean: false, clientId: 'lifecycle-told' }, /WARN .*Type subscribeOptions: \{ qos: 1 \}/],
  ])('of %s with %j, once', async (broker, server, line) => {
    const { service } = new BrokerWorld({ broker, nest: 12, kind: 'events', server });
    await service.waitForLine(/^subscribed$/);
    await service.waitForLine(line);
    service.signal('SIGTERM');
    const { output } = await service.exit;
    expect(output.split('\n').filter((each) => line.test(each))).toHaveLength(1);
  });
});
