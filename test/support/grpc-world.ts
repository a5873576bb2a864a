import { type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Controller } from '@nestjs/common';
import {
  GrpcMethod,
  GrpcStreamCall,
  GrpcStreamMethod,
  type MicroserviceOptions,
  Transport,
} from '@nestjs/microservices';
import type { Server, ServerDuplexStream } from '@grpc/grpc-js';
import {
  GracefulShutdown,
  GracefulShutdownModule,
  type GracefulShutdownOptions,
  LongLived,
  OnGracefulShutdown,
} from 'nestjs-lifecycle';
import { count, map, type Observable, Subject } from 'rxjs';
import { freePort } from './free-port.js';
import { Gate } from './gate.js';
import { type Item, type Price, protos } from './grpc-client.js';
import { closeAfterTest } from './http-app.js';
import { RecordingLogger } from './recording-logger.js';

export const GRPC_KINDS = ['pure', 'hybrid'] as const;
export type GrpcKind = (typeof GRPC_KINDS)[number];

/** A gRPC service, and what the test opens, says and ends. */
export interface GrpcWorld {
  readonly app: INestApplicationContext;
  readonly port: number;
  readonly shutdown: GracefulShutdown;
  readonly logger: RecordingLogger;
  /** Calls of `Find`, and answers of `Chat`, wait here. */
  readonly gate: Gate;
  /** Answers of `Watch`, of which nothing is said. */
  readonly watched: Subject<Price>;
  /** Answers of `Feed`, which is long-lived. */
  readonly fed: Subject<Price>;
  /** Answers of `List`, which ends by itself. */
  readonly listed: Subject<Price>;
  /** Whether the hook has run that closes what calls need. */
  readonly closed: { isClosed: boolean };
}

interface WorldOptions {
  readonly options?: GracefulShutdownOptions;
  /** What Nest's transport is given besides. */
  readonly transport?: object;
  readonly onServer?: (definition: unknown, server: Server) => void;
}

/** Starts one, without or beside an HTTP server. */
export async function startGrpcWorld(
  kind: GrpcKind,
  { options, transport = {}, onServer }: WorldOptions = {},
): Promise<GrpcWorld> {
  const gate = new Gate();
  const watched = new Subject<Price>();
  const fed = new Subject<Price>();
  const listed = new Subject<Price>();
  const closed = { isClosed: false };

  @Controller()
  class Prices {
    @GrpcMethod()
    async find({ name }: Item): Promise<Price> {
      await gate.pass();
      return { name, cents: closed.isClosed ? -1 : 100 };
    }

    @GrpcMethod()
    watch(): Observable<Price> {
      return watched;
    }

    @LongLived()
    @GrpcMethod()
    feed(): Observable<Price> {
      return fed;
    }

    @LongLived(false)
    @GrpcMethod()
    list(): Observable<Price> {
      return listed;
    }

    @GrpcStreamMethod()
    sum(items: Observable<Item>): Observable<Price> {
      return items.pipe(
        count(),
        map((cents) => ({ name: 'sum', cents })),
      );
    }

    @GrpcStreamMethod()
    quote(items: Observable<Item>): Observable<Price> {
      return items.pipe(map(({ name }) => ({ name, cents: 1 })));
    }

    @GrpcStreamCall()
    chat(call: ServerDuplexStream<Item, Price>): void {
      call.on('data', ({ name }: Item) => void gate.pass().then(() => call.write({ name, cents: 2 })));
      call.on('end', () => void gate.pass().then(() => call.end()));
    }

    @OnGracefulShutdown(80)
    close(): void {
      closed.isClosed = true;
    }
  }

  @Module({ imports: [GracefulShutdownModule.forRoot(options)], controllers: [Prices] })
  class Root {}

  const logger = new RecordingLogger();
  const port = await freePort();
  const grpc = {
    transport: Transport.GRPC,
    options: {
      url: `127.0.0.1:${port}`,
      package: 'shop',
      protoPath: protos,
      onLoadPackageDefinition: onServer,
      ...transport,
    },
  } as MicroserviceOptions;
  const app = await start(kind, { Root, grpc, logger });
  closeAfterTest(app);
  return { app, port, shutdown: app.get(GracefulShutdown), logger, gate, watched, fed, listed, closed };
}

async function start(
  kind: GrpcKind,
  { Root, grpc, logger }: { Root: new () => object; grpc: MicroserviceOptions; logger: RecordingLogger },
): Promise<INestApplicationContext> {
  const settings = { logger, abortOnError: false };
  if (kind === 'pure') {
    const app = await NestFactory.createMicroservice<MicroserviceOptions>(Root, { ...grpc, ...settings });
    await app.listen();
    return app;
  }
  const app = await NestFactory.create(Root, settings);
  app.connectMicroservice<MicroserviceOptions>(grpc);
  await app.startAllMicroservices();
  await app.listen(0, '127.0.0.1');
  return app;
}
