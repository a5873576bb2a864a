import { type INestApplication } from '@nestjs/common';
import { InFlightInterceptor } from 'nestjs-lifecycle';
import { turns, until, watch } from '../support/event-loop.js';
import { GraphqlClient, query, startGraphqlWorld } from '../support/graphql-world.js';
import { ADAPTERS } from '../support/http-app.js';
import { hold } from '../support/traffic-world.js';

describe.each(ADAPTERS)('GraphQL queries while the service leaves (%s)', (adapter) => {
  it('are answered: those in flight, and new ones until the listener closes', async () => {
    const world = await startGraphqlWorld(adapter);
    const { app, url, slow, shutdown, logger } = world;
    const lameDuck = hold(world, 'lame-duck');
    const first = query(url, '{ slow }');
    await slow.reached();
    const closing = app.close();
    const state = watch(closing);
    await lameDuck.reached();
    expect(await query(url, '{ hello }')).toMatchObject({ outcome: 'ok', body: '{"data":{"hello":"hello"}}\n' });
    lameDuck.open();
    await until('it drains', () => shutdown.phase === 'draining');
    await turns();
    expect(state.isSettled).toBe(false);
    slow.open();
    expect(await first).toMatchObject({ outcome: 'ok', body: '{"data":{"slow":"slow"}}\n' });
    await closing;
    // The resolver and its answer are one request.
    expect(shutdown.report).toMatchObject({
      outcome: 'clean',
      requests: { inFlightAtStart: 1, drained: 2, interrupted: [] },
    });
    expect(logger.texts('error')).toEqual([]);
  });
});

describe.each(ADAPTERS)('clients of graphql-ws while the service leaves (%s)', (adapter) => {
  it('get the complete of each subscription, and then 1001', async () => {
    const { app, url, ticks, shutdown, logger } = await startGraphqlWorld(adapter, {
      options: { longLived: { closeReason: 'moving on' } },
    });
    const clients = [new GraphqlClient(url), new GraphqlClient(url)];
    for (const client of clients) client.start('ticks', 'subscription { ticks }');
    clients[0]?.start('more', 'subscription { ticks }');
    await until('all have subscribed', () => ticks.count === 3);
    ticks.publish(1);
    await until('all have heard', () => clients.every(({ happened }) => happened.length > 0));
    expect(shutdown.inFlight().total).toBe(0);
    await app.close();
    const gone = { code: 1001, reason: 'moving on' };
    expect(await Promise.all(clients.map(({ closed }) => closed))).toMatchObject([gone, gone]);
    expect(clients.map(({ happened }) => happened)).toEqual([
      ['ticks: {"ticks":1}', 'more: {"ticks":1}', 'ticks: complete', 'more: complete', 'closed 1001'],
      ['ticks: {"ticks":1}', 'ticks: complete', 'closed 1001'],
    ]);
    expect(ticks.count).toBe(0);
    expect(shutdown.report).toMatchObject({
      outcome: 'clean',
      requests: { inFlightAtStart: 0, interrupted: [] },
      webSockets: { closed: 2, terminated: 0 },
    });
    expect(logger.texts('error')).toEqual([]);
  });

  it('get the answers of queries and mutations in flight', async () => {
    const { app, url, slow, ticks, shutdown } = await startGraphqlWorld(adapter);
    const client = new GraphqlClient(url);
    client.start('ticks', 'subscription { ticks }');
    client.start('pay', 'mutation { pay }');
    await until('it has subscribed', () => ticks.count === 1);
    await slow.reached();
    expect(shutdown.inFlight().items.map(({ name }) => name)).toEqual(['ApiResolver.pay']);
    const closing = app.close();
    const state = watch(closing);
    await until('the subscription is over', () => client.happened.length === 1);
    await turns();
    expect(state.isSettled).toBe(false);
    slow.open();
    await client.closed;
    expect(client.happened).toEqual(['ticks: complete', 'pay: {"pay":"paid"}', 'pay: complete', 'closed 1001']);
    await closing;
    expect(shutdown.report).toMatchObject({ outcome: 'clean', webSockets: { closed: 1, terminated: 0 } });
  });

  it('get it of a subscription that cannot be told to end, too', async () => {
    const { app, url, shutdown } = await startGraphqlWorld(adapter);
    const client = new GraphqlClient(url);
    client.start('stuck', 'subscription { stuck }');
    client.start('wrong', 'subscription { nothing }');
    await until('both have said something', () => client.happened.length === 2);
    await app.close();
    await client.closed;
    expect(client.happened.toSorted()).toEqual([
      'closed 1001',
      'stuck: complete',
      'stuck: {"stuck":1}',
      'wrong: error',
    ]);
    expect(shutdown.report).toMatchObject({ outcome: 'clean', webSockets: { closed: 1, terminated: 0 } });
  });

  it('go through the hooks of the application as ever', async () => {
    const called: string[] = [];
    const { app, url, ticks } = await startGraphqlWorld(
      adapter,
      {},
      {
        subscriptions: {
          'graphql-ws': {
            onConnect: () => void called.push('connect'),
            onSubscribe: () => void called.push('subscribe'),
          },
        },
      },
    );
    const client = new GraphqlClient(url);
    client.start('ticks', 'subscription { ticks }');
    await until('it has subscribed', () => ticks.count === 1);
    await app.close();
    await client.closed;
    expect(client.happened).toEqual(['ticks: complete', 'closed 1001']);
    expect(called).toEqual(['connect', 'subscribe']);
  });
});

describe.each(ADAPTERS)('an Apollo server that stops by itself (%s)', (adapter) => {
  it('is warned of at boot', async () => {
    const { logger } = await startGraphqlWorld(adapter, {}, { stopOnTerminationSignals: true });
    const warnings = logger.texts('warn').filter((text) => text.includes('stopOnTerminationSignals'));
    expect(warnings).toEqual([expect.stringContaining('Remove stopOnTerminationSignals')]);
  });

  it('is not, where it does not', async () => {
    const { logger } = await startGraphqlWorld(adapter);
    expect(logger.texts('warn').filter((text) => text.includes('stopOnTerminationSignals'))).toEqual([]);
  });
});

describe.each(ADAPTERS)('a GraphQL operation whose interceptor is applied by hand, too (%s)', (adapter) => {
  const twice = { prepare: (app: INestApplication) => void app.useGlobalInterceptors(app.get(InFlightInterceptor)) };
  const two = '{ first: slow second: slow }';

  it('is one request, and each of its resolvers one handler', async () => {
    const { url, app, slow, shutdown } = await startGraphqlWorld(adapter, twice);
    const answer = query(url, two);
    await slow.reached(2);
    expect(shutdown.inFlight()).toMatchObject({ total: 1, responses: 1, handlers: 2 });
    const closing = app.close();
    await until('it drains', () => shutdown.phase === 'draining');
    slow.open();
    await answer;
    await closing;
    expect(shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 1, drained: 1 } });
    expect(shutdown.report?.sources).toMatchObject([{ name: 'HTTP requests', inFlightAtStart: 1, drained: 1 }]);
  });

  it('is one over graphql-ws, too', async () => {
    const { url, app, slow, shutdown } = await startGraphqlWorld(adapter, twice);
    const client = new GraphqlClient(url);
    client.start('slow', `query ${two}`);
    await slow.reached(2);
    expect(shutdown.inFlight()).toMatchObject({ total: 1, handlers: 2 });
    const closing = app.close();
    await until('it drains', () => shutdown.phase === 'draining');
    slow.open();
    await client.closed;
    await closing;
    expect(client.happened[0]).toBe('slow: {"first":"slow","second":"slow"}');
    expect(shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 1, drained: 1 } });
    expect(shutdown.report?.sources).toContainEqual(
      expect.objectContaining({ name: 'handlers', inFlightAtStart: 1, drained: 1, interrupted: 0 }),
    );
  });

  it('is interrupted once where the time is up', async () => {
    const { url, slow, shutdown } = await startGraphqlWorld(adapter, twice);
    const answer = query(url, two);
    await slow.reached(2);
    await shutdown.forceClose();
    expect(await shutdown.drain()).toMatchObject({ outcome: 'interrupted', interrupted: 1 });
    slow.open();
    await answer;
  });
});
