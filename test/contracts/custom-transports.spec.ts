import { Controller, type INestApplicationContext, Module, Scope } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type CustomTransportStrategy, MessagePattern, type MicroserviceOptions, Server } from '@nestjs/microservices';
import { GracefulShutdown, GracefulShutdownModule } from 'nestjs-lifecycle';
import { until } from '../support/event-loop.js';
import { Gate } from '../support/gate.js';
import { closeAfterTest } from '../support/http-app.js';
import { RecordingLogger } from '../support/recording-logger.js';

/** As Nest's page on custom transporters shows one. */
class EchoServer extends Server implements CustomTransportStrategy {
  isClosed = false;

  listen(callback: () => void): void {
    callback();
    // Nobody says that it is called once.
    callback();
  }

  close(): void {
    this.isClosed = true;
  }

  on(): never {
    throw new Error('Method not implemented.');
  }

  unwrap(): never {
    throw new Error('Method not implemented.');
  }

  /** Takes what the handler returns, and subscribes to nothing. */
  async deliver(pattern: string): Promise<unknown> {
    return this.getHandlerByPattern(pattern)?.({}, {});
  }
}

/** One that throws where Nest itself does not call it. */
class HostileServer extends EchoServer {
  override getHandlers(): never {
    throw new Error('no handlers');
  }
}

const KINDS = [
  'pure',
  'hybrid',
  'hybrid, inheritAppConfig',
  'hybrid, inheritAppConfig, connected late',
  'hybrid, inheritAppConfig, deferred',
  'hybrid, inheritAppConfig, deferred and started late',
] as const;
type Kind = (typeof KINDS)[number];

async function start(kind: Kind, strategy: EchoServer) {
  const gate = new Gate();

  @Controller()
  class EchoController {
    @MessagePattern('echo')
    async echo(): Promise<string> {
      await gate.pass();
      return 'echoed';
    }
  }

  @Controller({ scope: Scope.REQUEST })
  class ScopedController {
    @MessagePattern('scoped')
    scoped(): Promise<string> {
      return Promise.resolve('scoped');
    }
  }

  @Module({ imports: [GracefulShutdownModule.forRoot()], controllers: [EchoController, ScopedController] })
  class Root {}

  const logger = new RecordingLogger();
  const settings = { logger, abortOnError: false };
  let app: INestApplicationContext;
  if (kind === 'pure') {
    const service = await NestFactory.createMicroservice<MicroserviceOptions>(Root, { strategy, ...settings });
    await service.listen();
    app = service;
  } else {
    const hybrid = await NestFactory.create(Root, settings);
    if (kind.endsWith('connected late')) await hybrid.init();
    const options = { inheritAppConfig: kind !== 'hybrid', deferInitialization: kind.includes('deferred') };
    hybrid.connectMicroservice<MicroserviceOptions>({ strategy }, options);
    if (kind.endsWith('started late')) await hybrid.init();
    await hybrid.startAllMicroservices();
    await hybrid.listen(0, '127.0.0.1');
    app = hybrid;
  }
  closeAfterTest(app);
  return { app, gate, logger, shutdown: app.get(GracefulShutdown) };
}

describe.each<Kind>(KINDS)('a custom transport (%s)', (kind) => {
  it('boots, has its messages counted and waited for, and stops', async () => {
    const server = new EchoServer();
    const { app, gate, logger, shutdown } = await start(kind, server);
    await until('it is ready', () => shutdown.phase === 'ready');
    const answer = server.deliver('echo');
    await gate.reached();
    expect(shutdown.inFlight().items).toEqual([expect.objectContaining({ kind: 'message', name: 'echo' })]);
    const closing = app.close();
    await until('it drains', () => shutdown.phase === 'draining');
    expect(server.isClosed).toBe(false);
    gate.open();
    expect(await answer).toBe('echoed');
    await closing;
    expect(server.isClosed).toBe(true);
    expect(shutdown.report).toMatchObject({ outcome: 'clean', requests: { drained: 1 } });
    expect([...logger.texts('warn'), ...logger.texts('error')].filter((text) => text.includes('failed'))).toEqual([]);
  });

  it('gets what a handler has returned, as from plain Nest', async () => {
    const server = new EchoServer();
    const { gate } = await start(kind, server);
    gate.open();
    expect(await server.deliver('echo')).toBe('echoed');
    expect(await server.deliver('scoped')).toBe('scoped');
  });
});

it('boots and stops with a transport that throws in every method, and says once what failed', async () => {
  const server = new HostileServer();
  const { app, logger, shutdown } = await start('hybrid', server);
  await app.close();
  expect(server.isClosed).toBe(true);
  expect(shutdown.report?.outcome).toBe('clean');
  const failures = logger.texts('warn').filter((text) => text.includes('failed'));
  expect(failures).toEqual(['getHandlers() of HostileServer failed: no handlers']);
});
