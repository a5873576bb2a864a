import { Controller, Get, type INestApplicationContext } from '@nestjs/common';
import { type GracefulShutdownOptions } from 'nestjs-lifecycle';
import { startService, type TestService } from 'nestjs-lifecycle/testing';
import { turns, until } from '../support/event-loop.js';
import { startGatewayWorld } from '../support/gateway-world.js';
import { startGrpcService } from '../support/grpc-service.js';
import { GRPC_KINDS } from '../support/grpc-world.js';
import { ADAPTERS, ask, createHttpApp, urlOf } from '../support/http-app.js';
import { HttpClient } from '../support/http-client.js';
import { type RecordingLogger } from '../support/recording-logger.js';
import { WsClient } from '../support/ws-client.js';

/** More than a busy machine needs for all requests of a test: the clock of the service runs, too. */
const OPTIONS: GracefulShutdownOptions = { singleReplica: true, gracePeriod: '5m', health: true };
const IN_A_CLUSTER = 'KUBERNETES_SERVICE_HOST';

@Controller()
class Orders {
  @Get()
  order(): string {
    return 'ordered';
  }
}

beforeEach(() => {
  process.env[IN_A_CLUSTER] = '10.0.0.1';
});

afterEach(() => {
  Reflect.deleteProperty(process.env, IN_A_CLUSTER);
});

/** Does something each second on the service's clock, for so many seconds. */
async function eachSecond(seconds: number, { clock }: TestService, act: () => Promise<unknown>): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    await act();
    await clock.advance('900ms');
  }
}

describe.each(ADAPTERS)('the only pod of a service (%s)', (adapter) => {
  async function start(
    options: GracefulShutdownOptions = OPTIONS,
  ): Promise<{ service: TestService; url: string; logger: RecordingLogger }> {
    let url = '';
    const loggers: RecordingLogger[] = [];
    const service = await startService(async () => {
      const { app, server, logger } = await createHttpApp(adapter, { options, controllers: [Orders] });
      loggers.push(logger);
      app.enableShutdownHooks();
      await app.listen(0, '127.0.0.1');
      url = urlOf(server);
      return app;
    });
    const [logger] = loggers;
    if (logger === undefined) throw new Error('there is no logger');
    return { service, url, logger };
  }

  it('stays ready and serves on while requests come, and ends once they have stopped', async () => {
    const { service, url, logger } = await start();
    await using _closed = service;
    service.signal();
    await eachSecond(12, service, async () => {
      expect(await ask(url, '/')).toMatchObject({ outcome: 'ok' });
      expect(await ask(url, '/health/ready')).toMatchObject({ status: 200 });
    });
    expect(service.shutdown.phase).toBe('lame-duck');
    // The new pod has them now. Probes of this one go on.
    await eachSecond(2, service, () => ask(url, '/health/live'));
    await service.clock.advance('2s');
    expect((await service.ended).report).toMatchObject({ outcome: 'clean', lameDuck: { endedBy: 'quiet' } });
    expect(logger.texts('warn').join('\n')).not.toContain('no other pod was ready');
  });

  it('ends when drain and hooks need their time, and says that no other pod was ready', async () => {
    const { service, url, logger } = await start({ ...OPTIONS, gracePeriod: '30s' });
    await using _closed = service;
    service.signal();
    while (service.shutdown.phase === 'lame-duck') await eachSecond(1, service, () => ask(url, '/'));
    expect((await service.ended).report).toMatchObject({ outcome: 'clean', lameDuck: { endedBy: 'elapsed' } });
    expect(logger.texts('warn').join('\n')).toContain('requests still come here: no other pod was ready in time');
  });

  it('serves kept-alive clients, each of which comes back on a fresh connection until the new pod gets it', async () => {
    const { service, url } = await start();
    await using _closed = service;
    const client = new HttpClient(url);
    await client.request();
    service.signal();
    const reused: boolean[] = [];
    await eachSecond(12, service, async () => {
      const { outcome, wasReused } = await client.request();
      expect(outcome).toBe('ok');
      reused.push(wasReused);
    });
    expect(service.shutdown.phase).toBe('lame-duck');
    expect(reused.filter(Boolean)).toHaveLength(1);
    await service.clock.advance('3s');
    expect((await service.ended).report).toMatchObject({ outcome: 'clean', lameDuck: { endedBy: 'quiet' } });
  });

  it('tells WebSockets to go only once requests have stopped', async () => {
    let url = '';
    await using service = await startService<INestApplicationContext>(async () => {
      const world = await startGatewayWorld(adapter, { options: OPTIONS });
      world.app.enableShutdownHooks();
      url = world.url;
      return world.app;
    });
    const client = await WsClient.connect(url);
    service.signal();
    // Those that connect in the meantime still come here, because no other pod is ready.
    await eachSecond(9, service, () => WsClient.connect(url));
    client.send('echo', 1);
    await until('it is echoed', () => client.received.length === 1);
    expect([service.shutdown.phase, client.socket.readyState]).toEqual(['lame-duck', client.socket.OPEN]);
    await service.clock.advance('3s');
    expect(await client.closed).toMatchObject({ code: 1001 });
    expect((await service.ended).report).toMatchObject({ outcome: 'clean', lameDuck: { endedBy: 'quiet' } });
  });

  it('waits as long as a new pod needs, where that was said, also when no request comes', async () => {
    await using service = await startService(async () => {
      const options: GracefulShutdownOptions = { ...OPTIONS, singleReplica: '14s' };
      const { app } = await createHttpApp(adapter, { options, controllers: [Orders] });
      app.enableShutdownHooks();
      await app.listen(0, '127.0.0.1');
      return app;
    });
    service.signal();
    await service.clock.advance('13s');
    await turns();
    expect(service.shutdown.phase).toBe('lame-duck');
    await service.clock.advance('2s');
    expect((await service.ended).report).toMatchObject({ outcome: 'clean', lameDuck: { endedBy: 'quiet' } });
  });
});

describe.each(GRPC_KINDS)('the only pod of a gRPC service (%s)', (kind) => {
  it('answers calls until they have stopped', async () => {
    const { service: started, client } = await startGrpcService(kind, OPTIONS);
    await using service = started;
    service.signal();
    await eachSecond(12, service, async () => expect(await client.find('tea')).toMatchObject({ name: 'tea' }));
    expect(service.shutdown.phase).toBe('lame-duck');
    await service.clock.advance('3s');
    expect((await service.ended).report).toMatchObject({ outcome: 'clean', lameDuck: { endedBy: 'quiet' } });
  });
});
