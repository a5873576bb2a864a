import { type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import {
  type INestApplication,
  type INestApplicationContext,
  type LoggerService,
  type MiddlewareConsumer,
  Module,
  type NestApplicationOptions,
  type NestModule,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { GracefulShutdownModule } from 'nestjs-lifecycle';
import { type FrameworkApplication, type Kind, type Parts, type Setting } from './application.js';
import { HandlerWitness, hookWitness, OwnMethods } from './witnesses.js';

/** Whether an application is made with the module or without. */
export type Mode = 'plain' | 'with the module';

/** How one run of an application is made. */
export interface Making extends Setting {
  readonly application: FrameworkApplication;
  readonly mode: Mode;
  readonly logger: LoggerService;
  /** Called between creating and listening. */
  readonly onCreated: (app: INestApplicationContext) => void;
}

/** A running application. */
export interface Started {
  readonly app: INestApplicationContext;
  readonly url: string;
  readonly methods: OwnMethods;
}

/** Makes an application as its `main.ts` would, and returns once it serves. */
export async function start(making: Making): Promise<Started> {
  const { application } = making;
  const parts = application.module(making);
  const methods = new OwnMethods(parts);
  const root = rootModule(parts, making);
  if (application.start !== undefined) {
    const app = await application.start(root, nestOptions(making));
    making.onCreated(app);
    return { app, url: '', methods };
  }
  return { ...(await STARTERS[making.kind](root, making, new HandlerWitness(making.journal, methods))), methods };
}

type Starter = (root: Type, making: Making, witness: HandlerWitness) => Promise<Omit<Started, 'methods'>>;

const STARTERS: Readonly<Record<Kind, Starter>> = {
  express: async (root, making, witness) => {
    const app = await NestFactory.create<NestExpressApplication>(root, nestOptions(making));
    await making.application.prepareExpress?.(app);
    return listen(app, making, witness);
  },
  fastify: async (root, making, witness) => {
    const adapter = making.application.fastifyAdapter?.() ?? new FastifyAdapter();
    const app = await NestFactory.create<NestFastifyApplication>(root, adapter, nestOptions(making));
    await making.application.prepareFastify?.(app);
    return listen(app, making, witness);
  },
  microservice: async (root, making, witness) => {
    const options = making.application.microservice?.(making) ?? {};
    const app = await NestFactory.createMicroservice(root, { ...options, ...nestOptions(making) });
    app.useGlobalGuards(witness);
    making.onCreated(app);
    await app.listen();
    return { app, url: '' };
  },
  context: async (root, making) => {
    const app = await NestFactory.createApplicationContext(root, nestOptions(making));
    making.onCreated(app);
    return { app, url: '' };
  },
};

async function listen(
  app: INestApplication,
  making: Making,
  witness: HandlerWitness,
): Promise<Omit<Started, 'methods'>> {
  app.useGlobalGuards(witness);
  await making.application.prepare?.(app, making);
  making.onCreated(app);
  await app.listen(0, '127.0.0.1');
  const server = app.getHttpServer() as Server;
  // Of a TCP server, an object.
  const { port } = server.address() as AddressInfo;
  return { app, url: `${'setSecureContext' in server ? 'https' : 'http'}://127.0.0.1:${port}` };
}

function nestOptions(making: Making): NestApplicationOptions {
  return { ...making.application.nest?.(making), logger: making.logger, abortOnError: false };
}

/** The application's root module; with the module in front of everything else it imports, as the README says. */
function rootModule({ configure, ...parts }: Parts, { application, mode, journal }: Making): Type {
  const added = mode === 'plain' ? [] : [GracefulShutdownModule.forRoot(application.options)];
  @Module({
    ...parts,
    imports: [...added, ...(parts.imports ?? [])],
    providers: [...(parts.providers ?? []), hookWitness(journal)],
  })
  class AppModule implements NestModule {
    configure(consumer: MiddlewareConsumer): void {
      configure?.(consumer);
    }
  }
  return AppModule;
}
