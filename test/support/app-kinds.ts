import type { Server } from 'node:http';
import type { AddressInfo, Server as NetServer } from 'node:net';
import type { INestApplication, INestApplicationContext, INestMicroservice, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type MicroserviceOptions, Transport } from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test, type TestingModule } from '@nestjs/testing';
import { closeAfterTest, urlOf } from './http-app.js';
import type { RecordingLogger } from './recording-logger.js';

/** Every way Nest has of making an application. */
export const APP_KINDS = [
  'express',
  'fastify',
  'context',
  'microservice',
  'hybrid',
  'testing-app',
  'testing-fastify-app',
  'testing-module',
] as const;
export type AppKind = (typeof APP_KINDS)[number];

export interface StartedApp {
  readonly app: INestApplicationContext;
  /** Where it serves HTTP. */
  readonly url?: string;
  /** Where it takes messages. */
  readonly tcpPort?: number;
}

type Module = Type<unknown>;

const tcp = { transport: Transport.TCP, options: { host: '127.0.0.1', port: 0 } } as const;

const STARTERS: Readonly<Record<AppKind, (module: Module, logger: RecordingLogger) => Promise<StartedApp>>> = {
  express: async (module, logger) => listen(await NestFactory.create(module, { logger, abortOnError: false })),
  fastify: async (module, logger) =>
    listen(await NestFactory.create(module, new FastifyAdapter(), { logger, abortOnError: false })),
  context: async (module, logger) => ({
    app: await NestFactory.createApplicationContext(module, { logger, abortOnError: false }),
  }),
  microservice: async (module, logger) => {
    const app = await NestFactory.createMicroservice<MicroserviceOptions>(module, {
      ...tcp,
      logger,
      abortOnError: false,
    });
    await app.listen();
    return { app, tcpPort: tcpPortOf(app) };
  },
  hybrid: async (module, logger) => {
    const app = await NestFactory.create(module, { logger, abortOnError: false });
    const microservice = app.connectMicroservice<MicroserviceOptions>(tcp);
    await app.startAllMicroservices();
    return { ...(await listen(app)), tcpPort: tcpPortOf(microservice) };
  },
  'testing-app': async (module, logger) => listen((await compile(module, logger)).createNestApplication()),
  'testing-fastify-app': async (module, logger) =>
    listen((await compile(module, logger)).createNestApplication(new FastifyAdapter())),
  'testing-module': async (module, logger) => ({ app: await (await compile(module, logger)).init() }),
};

export async function startApp(kind: AppKind, module: Module, logger: RecordingLogger): Promise<StartedApp> {
  const started = await STARTERS[kind](module, logger);
  closeAfterTest(started.app);
  return started;
}

function compile(module: Module, logger: RecordingLogger): Promise<TestingModule> {
  return Test.createTestingModule({ imports: [module] })
    .setLogger(logger)
    .compile();
}

async function listen(app: INestApplication): Promise<StartedApp> {
  await app.listen(0, '127.0.0.1');
  return { app, url: urlOf(app.getHttpServer() as Server) };
}

function tcpPortOf(microservice: INestMicroservice): number {
  // Of a TCP server, an object.
  return (microservice.unwrap<NetServer>().address() as AddressInfo).port;
}
