import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type INestApplication,
  type INestApplicationContext,
  Module,
  type ModuleMetadata,
  type NestApplicationOptions,
} from '@nestjs/common';
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { GracefulShutdown, GracefulShutdownModule, type GracefulShutdownOptions } from 'nestjs-lifecycle';
import { type Answer, HttpClient, type Request } from './http-client.js';
import { RecordingLogger } from './recording-logger.js';
import { killAfterTest } from './started-programs.js';

export const ADAPTERS = ['express', 'fastify'] as const;
export type Adapter = (typeof ADAPTERS)[number];

export interface HttpAppParts extends ModuleMetadata {
  readonly options?: GracefulShutdownOptions;
  /** What is passed to `NestFactory.create`. */
  readonly nest?: NestApplicationOptions;
  /** What a `main.ts` does between creating and listening. */
  readonly prepare?: (app: INestApplication) => void;
  /** The adapter, where it is not made as usual. */
  readonly httpAdapter?: AbstractHttpAdapter;
}

/** An application that serves HTTP on a free port, inside the test's process. */
export interface HttpApp {
  readonly app: INestApplication;
  readonly url: string;
  readonly shutdown: GracefulShutdown;
  readonly logger: RecordingLogger;
  readonly server: Server;
}

/** Closes an application when the test is over, unless the test has. */
export function closeAfterTest(app: INestApplicationContext): void {
  const close = app.close.bind(app);
  let closing: Promise<void> | undefined;
  app.close = (...args) => (closing = close(...args));
  killAfterTest({ kill: () => (closing ?? close()).catch(() => undefined) });
}

export async function createHttpApp(
  adapter: Adapter,
  { options, nest, prepare, httpAdapter, imports = [], ...parts }: HttpAppParts,
): Promise<Omit<HttpApp, 'url'>> {
  @Module({ ...parts, imports: [GracefulShutdownModule.forRoot(options), ...imports] })
  class RootModule {}
  const logger = new RecordingLogger();
  const settings = { ...nest, logger, abortOnError: false };
  const made = httpAdapter ?? (adapter === 'fastify' ? new FastifyAdapter() : undefined);
  const app =
    made === undefined
      ? await NestFactory.create(RootModule, settings)
      : await NestFactory.create(RootModule, made, settings);
  closeAfterTest(app);
  prepare?.(app);
  return { app, logger, shutdown: app.get(GracefulShutdown), server: app.getHttpServer() as Server };
}

export async function startHttpApp(adapter: Adapter, parts: HttpAppParts): Promise<HttpApp> {
  const created = await createHttpApp(adapter, parts);
  await created.app.listen(0, '127.0.0.1');
  return { ...created, url: urlOf(created.server) };
}

export function urlOf(server: Pick<Server, 'address'>): string {
  // Of a TCP server, an object.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** One request on a connection of its own, which is closed after the answer. */
export async function ask(url: string, request: Request | string): Promise<Answer> {
  const client = new HttpClient(url);
  const answer = await client.request(typeof request === 'string' ? { path: request } : request);
  client.close();
  return answer;
}
