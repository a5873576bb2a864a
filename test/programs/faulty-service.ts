import 'reflect-metadata';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type BeforeApplicationShutdown,
  Controller,
  Get,
  Injectable,
  Module,
  type OnModuleDestroy,
  Post,
  ServiceUnavailableException,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { GracefulShutdownModule, type GracefulShutdownOptions } from 'nestjs-lifecycle';
import { runCluster } from 'nestjs-lifecycle/processes';
import { does, never } from './faults.js';

/**
 * A service that leaves a rollout in good order, or makes one of the known mistakes. KIND says what it is made of: `express` and
 * `fastify` with Nest, or `node` with nothing. Without FAULTS the first two stop by this library, and `node` by what it teaches.
 * WORKERS is how many processes of it serve, in a cluster of this library; none is one process without a cluster.
 */
const env = process.env;
const kind = env['KIND'] ?? 'express';
const lameDuckMs = Number(env['LAME_DUCK_MS'] ?? 1500);
const workMs = Number(env['WORK_MS'] ?? 40);
const isByLibrary = kind !== 'node' && (env['FAULTS'] ?? '') === '';

let isStopping = false;
let isDatabaseOpen = true;

/** What a request needs, and a moment of work. */
async function work(): Promise<string> {
  await sleep(workMs);
  if (!isDatabaseOpen) throw new Error('the pool is closed');
  return 'done';
}

function isReady(): boolean {
  return !isStopping || does('ready-to-the-end');
}

function isAlive(): boolean {
  return !does('live-as-ready') || isReady();
}

/** From the signal on every answer ends its connection, also one that is under way: the clients go elsewhere by themselves. */
function tellClientsToGo(server: Server): () => void {
  const open = new Set<ServerResponse>();
  server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) => {
    if (isStopping) response.setHeader('Connection', 'close');
    open.add(response);
    response.once('close', () => open.delete(response));
  });
  return () => {
    for (const response of open) if (!response.headersSent) response.setHeader('Connection', 'close');
  };
}

/** A stop written by hand, right but for the mistake that was asked for. */
function stopByHand(server: Server): void {
  const tell = does('keeps-connections', 'ends-soon', 'hanging-at-the-end') ? () => undefined : tellClientsToGo(server);
  const stop = async (): Promise<void> => {
    isStopping = true;
    isDatabaseOpen = !does('database-first');
    tell();
    if (does('hanging-hook')) await never();
    if (!does('closes-at-once', 'ends-soon')) await sleep(lameDuckMs);
    server.close(() => void (does('hanging-at-the-end') || process.exit(0)));
    if (does('ends-soon')) setTimeout(() => process.exit(0), 300);
    if (!does('keeps-connections', 'ends-soon')) setInterval(() => server.closeIdleConnections(), 50);
  };
  process.on('SIGTERM', () => void stop());
}

/** Nest's own hooks, as many services have them: the pool is closed in the first, and the wait for the balancer is in the second. */
@Injectable()
class Pool implements OnModuleDestroy, BeforeApplicationShutdown {
  async onModuleDestroy(): Promise<void> {
    isDatabaseOpen = !does('database-first');
    if (does('hanging-hook')) await never();
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (does('database-first')) await sleep(lameDuckMs);
  }
}

@Controller()
class ServiceController {
  @Get('work')
  work(): Promise<string> {
    return work();
  }

  @Post('orders')
  order(): Promise<string> {
    return work();
  }
}

@Controller('health')
class HealthController {
  @Get('ready')
  ready(): string {
    if (!isReady()) throw new ServiceUnavailableException('shutting down');
    return 'ready';
  }

  @Get('live')
  live(): string {
    if (!isAlive()) throw new ServiceUnavailableException('shutting down');
    return 'alive';
  }
}

// Written as JSON by the test.
const options = JSON.parse(env['OPTIONS'] ?? '{}') as GracefulShutdownOptions;

@Module({ imports: [GracefulShutdownModule.forRoot({ ...options, health: true })], controllers: [ServiceController] })
class CorrectModule {}

@Module({ controllers: [ServiceController, HealthController], providers: [Pool] })
class FaultyModule {}

async function serveWithNest(): Promise<void> {
  const module = isByLibrary ? CorrectModule : FaultyModule;
  const app =
    kind === 'fastify' ? await NestFactory.create(module, new FastifyAdapter()) : await NestFactory.create(module);
  const server = app.getHttpServer() as Server;
  server.keepAliveTimeout = 75_000;
  if (isByLibrary || does('hanging-hook', 'database-first')) app.enableShutdownHooks();
  else if (!does('no-handler')) stopByHand(server);
  await app.listen(Number(env['PORT']), '127.0.0.1');
}

function serveWithNothing(): void {
  const server = createServer((request, response) => void answer(request, response));
  server.keepAliveTimeout = 75_000;
  if (!does('no-handler')) stopByHand(server);
  server.listen(Number(env['PORT']), '127.0.0.1');
}

async function answer({ url }: IncomingMessage, response: ServerResponse): Promise<void> {
  const probes: Record<string, boolean> = { '/health/ready': isReady(), '/health/live': isAlive() };
  const passes = probes[url ?? ''];
  if (passes !== undefined) return void response.writeHead(passes ? 200 : 503).end();
  try {
    response.end(await work());
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
}

async function serve(): Promise<void> {
  if (kind === 'node') serveWithNothing();
  else await serveWithNest();
}

const workers = Number(env['WORKERS'] ?? 0);
if (workers === 0) void serve();
else void runCluster({ workers }, serve);
