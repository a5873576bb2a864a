import { Controller, Get } from '@nestjs/common';
import { startGrpcService } from '../support/grpc-service.js';
import { GRPC_KINDS } from '../support/grpc-world.js';
import { ADAPTERS, ask, createHttpApp, urlOf } from '../support/http-app.js';
import { HttpClient } from '../support/http-client.js';
import { startService, type TestService } from 'nestjs-lifecycle/testing';
import { type GracefulShutdownOptions } from 'nestjs-lifecycle';

/** As the default in production, but for a longest time that a busy machine does not reach: the clock of the service runs, too. */
const OPTIONS: GracefulShutdownOptions = { lameDuck: { min: '5s', max: '5m' }, gracePeriod: '10m', health: true };

@Controller()
class Orders {
  @Get()
  order(): string {
    return 'ordered';
  }
}

/** Half a second before `seconds` on the service's clock, with `each` done every half second until then. */
async function goTo(seconds: number, service: TestService, each: () => Promise<unknown>): Promise<void> {
  for (let half = 1; half < 2 * seconds; half += 1) {
    await each();
    await service.clock.advance('500ms');
  }
}

describe.each(ADAPTERS)('an adaptive lame duck and the requests that come (%s)', (adapter) => {
  async function start(
    options: GracefulShutdownOptions = OPTIONS,
  ): Promise<{ readonly service: TestService; readonly url: string }> {
    let url = '';
    const service = await startService(async () => {
      const { app, server } = await createHttpApp(adapter, { options, controllers: [Orders] });
      app.enableShutdownHooks();
      await app.listen(0, '127.0.0.1');
      url = urlOf(server);
      return app;
    });
    return { service, url };
  }

  it('goes on to its end while a client asks on fresh connections without end', async () => {
    const { service, url } = await start({ ...OPTIONS, lameDuck: { min: '5s', max: '10s' } });
    await using _closed = service;
    service.signal();
    while (service.shutdown.phase === 'lame-duck') await goTo(1, service, () => ask(url, '/'));
    expect((await service.ended).report).toMatchObject({ outcome: 'clean', lameDuck: { endedBy: 'elapsed' } });
  });

  it('is not held by clients on kept-alive connections: the next answer of each tells it to go', async () => {
    const { service, url } = await start();
    await using _closed = service;
    const clients = [1, 2, 3, 4].map(() => new HttpClient(url));
    for (const client of clients) await client.request();
    service.signal();
    // One each second, as a pool uses its connections.
    for (const client of clients) {
      expect(await client.request()).toMatchObject({ outcome: 'ok', wasReused: true });
      await service.clock.advance('900ms');
    }
    await service.clock.advance('2s');
    expect((await service.ended).report).toMatchObject({ outcome: 'clean', lameDuck: { endedBy: 'quiet' } });
  });

  it('is not held by probes', async () => {
    const { service, url } = await start();
    await using _closed = service;
    service.signal();
    await goTo(7, service, async () => {
      await ask(url, '/health/ready');
      await ask(url, '/health/live');
    });
    expect(service.shutdown.phase).not.toBe('lame-duck');
    expect((await service.ended).report).toMatchObject({ outcome: 'clean', lameDuck: { endedBy: 'quiet' } });
  });
});

describe.each(GRPC_KINDS)('an adaptive lame duck and gRPC calls (%s)', (kind) => {
  it('goes on while calls come, and ends once they have stopped', async () => {
    const { service: started, client } = await startGrpcService(kind, OPTIONS);
    await using service = started;
    service.signal();
    await goTo(8, service, async () => expect(await client.find('tea')).toMatchObject({ name: 'tea' }));
    expect(service.shutdown.phase).toBe('lame-duck');
    await service.clock.advance('1s');
    expect((await service.ended).report).toMatchObject({ outcome: 'clean', lameDuck: { endedBy: 'quiet' } });
  });
});
