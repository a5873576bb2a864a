import type { NestVersion } from '../support/repository.js';
import { reportOf } from '../support/service.js';
import { HttpClient } from '../support/http-client.js';
import { allAnswered, BrokerWorld, numbers } from '../support/broker-world.js';

const NESTS: readonly NestVersion[] = [12, 11];

describe.each(NESTS)('a stream of requests while the service stops, on Nest %i', (nest) => {
  it.each(['redis', 'nats', 'mqtt'] as const)(
    'over %s: what it took is answered, and the end is clean',
    async (broker) => {
      const world = new BrokerWorld({ broker, nest });
      await world.begin();
      world.service.signal('SIGTERM');
      const exit = await world.service.exit;
      await world.stop();
      const taken = numbers(exit, 'took');
      expect(numbers(exit, 'did')).toEqual(taken);
      expect(numbers(exit, 'too late for').size).toBe(0);
      await allAnswered(world, taken);
      expect(exit).toMatchObject({ code: 0, signal: null });
      expect(reportOf(exit)).toMatchObject({ outcome: 'clean', unseen: [], requests: { interrupted: [] } });
    },
  );

  it('over RabbitMQ: what it took is answered, the rest is in the queue for the next service, and the end is clean', async () => {
    const world = new BrokerWorld({ broker: 'rabbitmq', nest });
    await world.begin();
    world.service.signal('SIGTERM');
    const exit = await world.service.exit;
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(reportOf(exit)).toMatchObject({ outcome: 'clean', unseen: [], requests: { interrupted: [] } });
    const taken = numbers(exit, 'took');
    expect(numbers(exit, 'did')).toEqual(taken);
    const next = world.startService();
    await allAnswered(world, await world.stop());
    expect([...numbers(next, 'took')].filter((count) => taken.has(count))).toEqual([]);
  });

  it.each(['events', 'acknowledged events'] as const)(
    'over RabbitMQ, with %s: each is worked on once, by this service or by the next',
    async (kind) => {
      const world = new BrokerWorld({ broker: 'rabbitmq', nest, kind });
      await world.begin();
      world.service.signal('SIGTERM');
      const exit = await world.service.exit;
      expect(exit).toMatchObject({ code: 0, signal: null });
      expect(reportOf(exit)).toMatchObject({ outcome: 'clean', unseen: [], requests: { interrupted: [] } });
      const done = numbers(exit, 'did');
      expect(numbers(exit, 'took')).toEqual(done);
      const next = world.startService();
      const rest = [...(await world.stop())].filter((count) => !done.has(count));
      for (const count of rest) await next.waitForLine(new RegExp(`^did ${count}$`));
      expect(numbers(next, 'took')).toEqual(new Set(rest));
    },
  );
});

describe.each(['redis', 'nats', 'mqtt', 'rabbitmq'] as const)('over %s', (broker) => {
  it('a service that nothing is sent to while it stops ends clean', async () => {
    const world = new BrokerWorld({ broker, nest: 12, paceMs: 10 });
    await world.begin();
    await allAnswered(world, await world.stop());
    world.service.signal('SIGTERM');
    const exit = await world.service.exit;
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(reportOf(exit)).toMatchObject({ outcome: 'clean', unseen: [] });
  });

  it('a hybrid application answers its HTTP requests and its messages', async () => {
    const world = new BrokerWorld({ broker, nest: 11, hybrid: true });
    await world.begin();
    const client = new HttpClient(await world.service.url());
    expect(await client.request()).toMatchObject({ outcome: 'ok', body: 'hello' });
    world.service.signal('SIGTERM');
    const outcomes = new Set<string>();
    // Until the listener is closed; with a new connection for each, as the answers ask for it.
    while (!outcomes.has('refused')) outcomes.add((await client.request()).outcome);
    expect([...outcomes]).toEqual(['ok', 'refused']);
    const exit = await world.service.exit;
    expect(numbers(exit, 'did')).toEqual(numbers(exit, 'took'));
    await allAnswered(world, numbers(exit, 'took'));
    expect(reportOf(exit).outcome).toBe('clean');
  });
});
