import 'reflect-metadata';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type BeforeApplicationShutdown,
  Controller,
  Get,
  Header,
  type INestApplication,
  type INestApplicationContext,
  Injectable,
  Module,
  type NestApplicationOptions,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern, type MicroserviceOptions, Transport } from '@nestjs/microservices';
import {
  GracefulShutdown,
  GracefulShutdownModule,
  type GracefulShutdownOptions,
  OnGracefulShutdown,
  type ShutdownContext,
} from 'nestjs-lifecycle';
import { adapterCalled } from './create-app.js';
import { block, connectSlowly, does, listenedForSignals, never, released, step } from './faults.js';
import { listenBeside, listenEarly } from './own-listeners.js';

/**
 * A service whose every misbehaviour can be switched on from outside, so that one program serves all process tests.
 * Each step is a line: `step: …`.
 */
const env = process.env;
const kind = env['KIND'] ?? 'express';
let slowStarted = 0;

@Injectable()
class Database implements OnModuleInit, OnModuleDestroy, BeforeApplicationShutdown, OnApplicationShutdown {
  isOpen = true;

  async onModuleInit(): Promise<void> {
    step('database.init');
    if (does('slow-init')) await released('init');
    if (does('hanging-init')) await never();
    if (does('failing-init')) throw new Error('the schema is missing');
    step('database.initialised');
  }

  async onModuleDestroy(): Promise<void> {
    this.isOpen = false;
    step('database.destroy');
    if (does('hanging-destroy')) await never();
    if (does('failing-destroy')) throw new Error('the pool is stuck');
  }

  async beforeApplicationShutdown(): Promise<void> {
    step('database.before');
    if (does('hanging-before')) await never();
  }

  onApplicationShutdown(): void {
    step('database.shutdown');
  }
}

@Injectable()
class Outbox implements OnApplicationBootstrap {
  constructor(private readonly shutdown: GracefulShutdown) {
    if (does('stopping-constructor')) void shutdown.shutdown('no licence');
  }

  onApplicationBootstrap(): void {
    if (does('registered')) this.shutdown.register('socket', { close: () => step('socket.close') }, { priority: 90 });
  }

  @OnGracefulShutdown({ phase: 'lame-duck', priority: 10 })
  leave({ phase, reason }: ShutdownContext): void {
    step(`outbox.leave ${phase} ${reason}`);
  }

  @OnGracefulShutdown(60)
  async flush(): Promise<void> {
    step('outbox.flush');
    if (does('hanging-hook')) await never();
    // Nothing that can be turned into text.
    if (does('odd-throw')) AbortSignal.abort(Object.create(null)).throwIfAborted();
    if (does('late-task')) void this.shutdown.track('outbox', this.send());
    if (does('failing-hook')) throw new Error('the broker is away');
    if (does('blocking-hook')) block(Number(env['BLOCK_MS']));
    if (does('uncaught'))
      setImmediate(() => {
        throw new Error('nobody catches this');
      });
    if (does('uncaught')) await never();
    if (does('rejection')) void Promise.reject(new Error('nobody awaits this'));
    if (does('exit-in-hook')) process.exit(0);
  }

  private async send(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    step('outbox.sent');
  }

  @OnGracefulShutdown(80)
  close(): void {
    step('outbox.close');
  }
}

@Controller()
class ServiceController {
  constructor(
    private readonly database: Database,
    private readonly shutdown: GracefulShutdown,
  ) {}

  @Get()
  hello(): string {
    return 'hello';
  }

  /** Answers once the test says so; 500 when the database was closed under it. */
  @Get('slow')
  async slow(): Promise<string> {
    step('slow.started');
    slowStarted += 1;
    console.log(`slow: ${slowStarted}`);
    await released('slow');
    if (!this.database.isOpen) throw new Error('the database is closed');
    return 'slow';
  }

  @Get('hang')
  async hang(): Promise<never> {
    step('hang.started');
    return never();
  }

  /** As proxies and careless handlers do. */
  @Get('keep-alive')
  @Header('Connection', 'keep-alive')
  keepAlive(): string {
    return 'kept';
  }

  @Get('stop')
  stop(): string {
    void this.shutdown.shutdown('the licence has run out');
    return 'stopping';
  }

  @MessagePattern('slow')
  async slowMessage(): Promise<string> {
    step('message.started');
    await released('slow');
    return this.database.isOpen ? 'slow' : 'the database is closed';
  }
}

// Written as JSON by the test.
const options = JSON.parse(env['OPTIONS'] ?? '{}') as GracefulShutdownOptions;

@Module({
  imports: [GracefulShutdownModule.forRoot(options)],
  controllers: [ServiceController],
  providers: [Database, Outbox, { provide: 'CONNECTION', useFactory: connectSlowly }],
})
class ServiceModule {}

/** A gateway's adapter that never lets go, which is where Nest's dispose begins. */
function hangDispose(app: INestApplicationContext): void {
  if (!('getHttpAdapter' in app)) return;
  const adapter = (app as INestApplication).getHttpAdapter() as { close(): unknown };
  adapter.close = never;
}

/** Nest 12 answers 503 to everything from the first tick of its own shutdown when told so; Nest 11 knows no such option. */
const applicationOptions: NestApplicationOptions = does('503-on-closing') ? { return503OnClosing: true } : {};

async function create(): Promise<INestApplicationContext> {
  const tcp: MicroserviceOptions = {
    transport: Transport.TCP,
    options: { host: '127.0.0.1', port: Number(env['TCP_PORT'] ?? 0) },
  };
  if (kind === 'context') return NestFactory.createApplicationContext(ServiceModule);
  if (kind === 'tcp') return NestFactory.createMicroservice<MicroserviceOptions>(ServiceModule, tcp);
  const adapter = kind === 'fastify' ? 'fastify' : 'express';
  const app = await NestFactory.create(ServiceModule, await adapterCalled(adapter), applicationOptions);
  if (kind === 'hybrid') app.connectMicroservice<MicroserviceOptions>(tcp);
  return app;
}

async function serve(app: INestApplicationContext): Promise<void> {
  if (kind === 'hybrid' && 'startAllMicroservices' in app)
    await (app as { startAllMicroservices(): Promise<unknown> }).startAllMicroservices();
  if (!('listen' in app)) {
    console.log('listening on nothing');
    return;
  }
  if (kind === 'tcp') {
    await (app as unknown as { listen(): Promise<void> }).listen();
    console.log(`listening on ${env['TCP_PORT']}`);
    return;
  }
  const http = app as unknown as { listen(port: number, host: string): Promise<void>; getHttpServer(): Server };
  await http.listen(0, '127.0.0.1');
  // A TCP server's address is an object.
  console.log(`listening on ${(http.getHttpServer().address() as AddressInfo).port}`);
}

function enableHooks(app: INestApplicationContext): void {
  if (env['HOOKS'] === 'off') return;
  if (env['HOOKS'] === 'use-exit') app.enableShutdownHooks([], { useProcessExit: true });
  else app.enableShutdownHooks(env['HOOK_SIGNALS']?.split(','));
}

function misbehave(app: INestApplicationContext): void {
  if (does('open-handle')) setInterval(() => undefined, 60_000);
  if (does('hanging-dispose')) hangDispose(app);
  if (does('long-keep-alive')) (app as INestApplication<Server>).getHttpServer().keepAliveTimeout = 65_000;
  if (does('surviving')) process.on('unhandledRejection', () => step('survived'));
  listenBeside(app);
}

/** A second application in the process, as some services have for their administration. */
async function createSecond(): Promise<void> {
  const app = await create();
  enableHooks(app);
  await app.init();
}

/** A creation that fails, as when the database is away, and is tried again. */
async function failToCreate(): Promise<void> {
  const connect = async (): Promise<never> => {
    // Not before the library listens for signals, which is what this leaves behind.
    await listenedForSignals();
    throw new Error('the database is away');
  };
  const broken = { provide: 'BROKEN', useFactory: connect };
  const module = { module: ServiceModule, providers: [broken] };
  await NestFactory.create(module, { abortOnError: false }).catch(() => step('creation failed'));
}

/** Ways to serve that go wrong. Says whether the usual one is to follow. */
async function serveOddly(app: INestApplicationContext): Promise<boolean> {
  if (does('failing-init')) {
    setInterval(() => undefined, 60_000);
    await serve(app).catch((error: unknown) => console.log(`start failed: ${(error as Error).message}`));
    return false;
  }
  if (does('late-listen') && 'init' in app) {
    await (app as INestApplication).init();
    console.log('initialised');
    await released('listen');
  }
  return true;
}

async function start(): Promise<void> {
  const app = await create();
  const shutdown = app.get(GracefulShutdown);
  shutdown.phase$.subscribe((phase) => console.log(`phase: ${phase}`));
  if (env['HOOKS_AFTER'] === undefined) enableHooks(app);
  misbehave(app);
  if (env['READY_IN_SIGNAL'] !== undefined)
    process.on('SIGTERM', () => console.log(`shutting down: ${shutdown.isShuttingDown}`));
  process.on('exit', () => console.log(`report: ${JSON.stringify(shutdown.report)}`));
  if (does('only-created')) console.log('created');
  if (does('only-created') || !(await serveOddly(app))) return;
  await serve(app);
  if (env['HOOKS_AFTER'] !== undefined) enableHooks(app);
  process.on('message', (message) => void (message === 'app.close' && app.close().then(() => console.log('closed'))));
}

async function main(): Promise<void> {
  listenEarly();
  if (does('failed-creation', 'only-failed-creation')) await failToCreate();
  if (does('two-applications')) await createSecond();
  if (does('only-failed-creation')) setInterval(() => undefined, 60_000);
  else await start();
}

void main();
