import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { variantNamed } from '../variants.js';
import { appModule } from './app.module.js';
import { setups } from './setups/index.js';

/**
 * The service that is measured: always the same routes and the same database, stopped in the way `VARIANT` names.
 * Prints `listening on <port> after <ms>`.
 */
const bootStartedAt = performance.now();
const variant = variantNamed(process.env['VARIANT'] ?? 'plain');
const setup = setups[variant.name] ?? {};

const imports = (await setup.imports?.()) ?? [];
const options = { logger: ['warn' as const, 'error' as const], ...setup.options };
const app = await createApp();
await useWebSockets();
await setup.beforeListen?.(app);
await app.listen(0, '127.0.0.1');
keepConnections();
await setup.afterListen?.(app);
const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
console.log(`listening on ${port} after ${(performance.now() - bootStartedAt).toFixed(1)}`);

async function createApp(): Promise<INestApplication> {
  const module = await appModule(imports);
  if (variant.platform === 'express') return NestFactory.create(module, options);
  const { FastifyAdapter } = await import('@nestjs/platform-fastify');
  return NestFactory.create(module, new FastifyAdapter(), options);
}

async function useWebSockets(): Promise<void> {
  if (process.env['WEBSOCKETS'] === undefined) return;
  const { WsAdapter } = await import('@nestjs/platform-ws');
  app.useWebSocketAdapter(new WsAdapter(app));
}

/** For as long as a load balancer would have it, where a measurement opens more connections than 5 s are enough for. */
function keepConnections(): void {
  const ms = process.env['KEEP_ALIVE_MS'];
  if (ms !== undefined) (app.getHttpServer() as Server).keepAliveTimeout = Number(ms);
}
