import 'reflect-metadata';
import { Controller, type INestMicroservice, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GrpcMethod, type MicroserviceOptions, Transport } from '@nestjs/microservices';
import { HealthImplementation } from 'grpc-health-check';
import { followGrpcHealth, GracefulShutdown, GracefulShutdownModule, LongLived } from 'nestjs-lifecycle';
import { interval, map, type Observable } from 'rxjs';

/** A gRPC service of Nest that is rehearsed: with the module where `OPTIONS` are its options, and as Nest alone makes it without them. Its file is in `PROTO`. */
const { PORT, PROTO = '', OPTIONS } = process.env;

/** Long enough for a call to be under way at every stop. */
const TAKES_MS = 100;

interface Item {
  readonly name: string;
}

interface Price extends Item {
  readonly cents: number;
}

@Controller()
class Prices {
  @GrpcMethod()
  async find({ name }: Item): Promise<Price> {
    await new Promise((resolve) => setTimeout(resolve, TAKES_MS));
    return { name, cents: 100 };
  }

  @LongLived()
  @GrpcMethod()
  feed({ name }: Item): Observable<Price> {
    return interval(TAKES_MS).pipe(map((cents) => ({ name, cents })));
  }
}

@Module({
  // What was written as JSON, as the test has checked it.
  imports: OPTIONS === undefined ? [] : [GracefulShutdownModule.forRoot(JSON.parse(OPTIONS) as object)],
  controllers: [Prices],
})
class Root {}

const health = new HealthImplementation({ '': 'SERVING' });

async function start(): Promise<INestMicroservice> {
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(Root, {
    transport: Transport.GRPC,
    options: {
      url: `0.0.0.0:${PORT}`,
      package: 'shop',
      protoPath: PROTO,
      // `any` in Nest.
      onLoadPackageDefinition: (_definition, server: Parameters<HealthImplementation['addToServer']>[0]) =>
        health.addToServer(server),
    },
  });
  app.enableShutdownHooks();
  if (OPTIONS !== undefined) followGrpcHealth(app.get(GracefulShutdown), health);
  await app.listen();
  return app;
}

void start();
