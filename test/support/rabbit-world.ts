import { Controller, type INestMicroservice, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  type ClientProxy,
  ClientProxyFactory,
  Ctx,
  EventPattern,
  MessagePattern,
  Payload,
  RmqContext,
  type RmqOptions,
  Transport,
} from '@nestjs/microservices';
import { GracefulShutdownModule, OnGracefulShutdown } from 'nestjs-lifecycle';
import { startService, type TestService } from 'nestjs-lifecycle/testing';
import { firstValueFrom } from 'rxjs';
import { Gate } from './gate.js';
import { RecordingLogger } from './recording-logger.js';
import { killAfterTest } from './started-programs.js';
import { TcpRouter } from './tcp-router.js';

type RmqServer = NonNullable<RmqOptions['options']>;

const BROKER = process.env['RABBITMQ_URL'] ?? 'amqp://127.0.0.1:5672';
/** Of this run alone: several may share a broker. */
let queues = 0;

/** What a consumer has taken, and the gate at which its handlers wait. */
export interface RabbitConsumer {
  readonly app: INestMicroservice;
  readonly taken: string[];
  readonly closed: string[];
  readonly working: Gate;
  readonly logger: RecordingLogger;
}

/** RabbitMQ consumers of one queue, behind a network that can be cut, and a client that sends to them. */
export class RabbitWorld {
  readonly queue: string;

  private constructor(readonly network: TcpRouter) {
    queues += 1;
    this.queue = `lifecycle-world-${process.pid}-${queues}`;
  }

  static async start(): Promise<RabbitWorld> {
    const { hostname, port } = new URL(BROKER);
    return new RabbitWorld(await TcpRouter.start(`amqp://${hostname}:${port === '' ? '5672' : port}`));
  }

  /** A consumer that can be sent a signal; one at a time. */
  async serve(server: Partial<RmqServer> = {}): Promise<RabbitConsumer & { readonly service: TestService }> {
    const consumers: RabbitConsumer[] = [];
    const service = await startService(async () => {
      const consumer = await this.#consumer({ urls: [this.network.url], ...server }, true);
      consumers.push(consumer);
      return consumer.app.enableShutdownHooks();
    });
    killAfterTest({ kill: () => service.close() });
    const [consumer] = consumers;
    if (consumer === undefined) throw new Error('no consumer was created');
    return { ...consumer, service };
  }

  /** Another consumer of the queue, of plain Nest. */
  async serveBeside(): Promise<RabbitConsumer> {
    const consumer = await this.#consumer({ urls: [BROKER] }, false);
    consumer.working.open();
    killAfterTest({ kill: () => consumer.app.close() });
    return consumer;
  }

  /** A client with its own way to the broker. */
  async client(): Promise<{ emit(what: string): Promise<unknown>; ask(what: string): Promise<string> }> {
    // The consumer makes the queue, which may be its own alone.
    const options = { urls: [BROKER], queue: this.queue, noAssert: true };
    const client: ClientProxy = ClientProxyFactory.create({ transport: Transport.RMQ, options });
    killAfterTest({ kill: async () => void (await client.close()) });
    await client.connect();
    return {
      emit: (what) => firstValueFrom(client.emit<unknown>('happened', what), { defaultValue: undefined }),
      ask: (what) => firstValueFrom(client.send<string>('work', what)),
    };
  }

  async #consumer(server: Partial<RmqServer>, withModule: boolean): Promise<RabbitConsumer> {
    const working = new Gate();
    const taken: string[] = [];
    const closed: string[] = [];
    const logger = new RecordingLogger();

    @Controller()
    class RabbitController {
      @EventPattern('happened')
      async happened(@Payload() what: string, @Ctx() context: unknown): Promise<void> {
        taken.push(what);
        await working.pass();
        acknowledge(context, server);
      }

      @MessagePattern('work')
      async work(@Payload() what: string, @Ctx() context: unknown): Promise<string> {
        taken.push(what);
        await working.pass();
        acknowledge(context, server);
        return what;
      }

      @OnGracefulShutdown(80)
      close(): void {
        closed.push('store');
      }
    }

    const options = { lameDuck: '20s', gracePeriod: '60s' } as const;
    const imports = withModule ? [GracefulShutdownModule.forRoot(options)] : [];
    @Module({ imports, controllers: [RabbitController] })
    class Root {}

    const app = await NestFactory.createMicroservice<RmqOptions>(Root, {
      logger,
      transport: Transport.RMQ,
      options: {
        queue: this.queue,
        queueOptions: { durable: false, expires: 60_000 },
        noAck: false,
        prefetchCount: 3,
        // Soon enough for a test.
        socketOptions: { reconnectTimeInSeconds: 1 },
        ...server,
      },
    });
    await app.listen();
    return { app, taken, closed, working, logger };
  }
}

function acknowledge(context: unknown, { noAck = false }: Partial<RmqServer>): void {
  if (noAck || !(context instanceof RmqContext)) return;
  const channel = context.getChannelRef() as { ack(message: unknown): void }; // `any` in Nest
  channel.ack(context.getMessage());
}
