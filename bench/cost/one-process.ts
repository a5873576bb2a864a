import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { type DynamicModule, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GracefulShutdownModule } from 'nestjs-lifecycle';
import { appModule } from '../apps/app.module.js';
import { type Contender, type Question } from './contenders.js';

/**
 * The applications that are compared, in one process: two processes of the same program are never equally fast. They are
 * created in the order of `CONTENDERS`. Asked for `ports`, the process says where each listens; asked for `usage`, what CPU
 * time it has used so far.
 */
const modules: Readonly<Record<Contender, () => readonly DynamicModule[]>> = {
  plain: () => [],
  'plain, again': () => [],
  module: () => [GracefulShutdownModule.forRoot()],
  'module, health: true': () => [GracefulShutdownModule.forRoot({ health: true })],
};

const KEEP_ALIVE_MS = 60_000;
const order = (process.env['CONTENDERS'] ?? '').split(';') as Contender[];
const ports: Partial<Record<Contender, number>> = {};
for (const contender of order) ports[contender] = await listen(contender);
process.on('message', (question: Question) => {
  process.send?.({ result: question.ask === 'ports' ? ports : process.cpuUsage() });
});
process.on('disconnect', () => process.exit());
process.send?.('ready');

async function listen(contender: Contender): Promise<number> {
  const app = await create(await appModule(modules[contender]()));
  // Nest's hooks belong to the module. Plain Nest has none to pay for while it serves.
  if (contender.startsWith('module')) app.enableShutdownHooks();
  await app.listen(0, '127.0.0.1');
  const server = app.getHttpServer() as Server;
  // No connection is closed while others are measured.
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return (server.address() as AddressInfo).port;
}

async function create(module: DynamicModule): Promise<INestApplication> {
  const options = { logger: ['warn' as const, 'error' as const] };
  if (process.env['PLATFORM'] === 'express') return NestFactory.create(module, options);
  const { FastifyAdapter } = await import('@nestjs/platform-fastify');
  return NestFactory.create(module, new FastifyAdapter(), options);
}
