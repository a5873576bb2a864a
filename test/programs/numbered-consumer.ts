import 'reflect-metadata';
import { createServer } from 'node:http';
import { BullModule, Processor, WorkerHost } from '@nestjs/bullmq';
import { Controller, type DynamicModule, type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  Ctx,
  EventPattern,
  MessagePattern,
  type MicroserviceOptions,
  Payload,
  RmqContext,
  Transport,
} from '@nestjs/microservices';
import { type Job } from 'bullmq';
import { GracefulShutdownModule } from 'nestjs-lifecycle';

/**
 * Consumes numbered messages or jobs, and says which are done. What it does wrong is told by variables: without WITH_MODULE it does nothing at SIGTERM,
 * `ACKNOWLEDGES=first` acknowledges before the work, `ACKNOWLEDGES=nothing` never, `AT_SIGTERM=close first` closes its connection while handlers run, and
 * without GROUP each of its pods subscribes for itself. `/ready` answers when it consumes.
 */
const { env } = process;
const queue = env['QUEUE'] ?? '';
const HANDLER_MS = 200;

async function work(number: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, HANDLER_MS));
  console.log(`did number ${number}.`);
}

/** On NATS a pattern of Nest is a subject. */
const pattern = env['CONSUMES'] === 'nats' ? queue : 'work';
const Takes = env['ANSWERS'] === undefined ? EventPattern(pattern) : MessagePattern(pattern);

interface Numbered {
  readonly number: number;
}

@Controller()
class NumberedController {
  @Takes
  async take(@Payload() { number = 0 }: Partial<Numbered>, @Ctx() context: unknown): Promise<number> {
    const { ACKNOWLEDGES: when = 'last' } = env;
    if (when === 'first') acknowledge(context);
    await work(number);
    if (when === 'last') acknowledge(context);
    return number;
  }
}

function acknowledge(context: unknown): void {
  if (!(context instanceof RmqContext)) return;
  const channel = context.getChannelRef() as { ack(message: unknown): void }; // `any` in Nest
  try {
    channel.ack(context.getMessage());
  } catch (error) {
    // The channel is closed: the message is delivered again.
    console.log(String(error));
  }
}

@Processor(queue, { concurrency: 4 })
class NumberedProcessor extends WorkerHost {
  override async process({ data }: Job<Numbered>): Promise<void> {
    await work(data.number);
  }
}

const guard = env['WITH_MODULE'] === undefined ? [] : [GracefulShutdownModule.forRoot()];

@Module({})
class ConsumerModule {
  static ofMessages(): DynamicModule {
    return { module: ConsumerModule, imports: guard, controllers: [NumberedController] };
  }

  static ofJobs(): DynamicModule {
    const { hostname, port } = new URL(env['REDIS_URL'] ?? 'redis://127.0.0.1:6379');
    const connection = { host: hostname, port: Number(port) };
    const jobs = [BullModule.forRoot({ connection }), BullModule.registerQueue({ name: queue })];
    return { module: ConsumerModule, imports: [...guard, ...jobs], providers: [NumberedProcessor] };
  }
}

function transport(): MicroserviceOptions {
  if (env['CONSUMES'] === 'nats') {
    const servers = [env['NATS_URL'] ?? 'nats://127.0.0.1:4222'];
    const group = env['GROUP'];
    return { transport: Transport.NATS, options: { servers, ...(group !== undefined && { queue: group }) } };
  }
  const urls = [env['RABBITMQ_URL'] ?? 'amqp://127.0.0.1:5672'];
  const queueOptions = { durable: false, expires: 60_000 };
  const noAck = env['ACKNOWLEDGES'] === 'nothing';
  return { transport: Transport.RMQ, options: { urls, queue, queueOptions, noAck, prefetchCount: 4 } };
}

async function main(): Promise<void> {
  if (env['CONSUMES'] === 'bullmq') {
    guarded(await NestFactory.createApplicationContext(ConsumerModule.ofJobs()));
    return answerWhetherReady();
  }
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(ConsumerModule.ofMessages(), transport());
  guarded(app);
  await app.listen();
  if (env['CONSUMES'] === 'nats') await app.unwrap<{ flush(): Promise<void> }>().flush();
  if (env['AT_SIGTERM'] === 'close first') {
    process.once('SIGTERM', () => {
      void app.close();
      setTimeout(() => process.exit(0), 1000);
    });
  }
  answerWhetherReady();
}

function guarded(app: INestApplicationContext): void {
  if (guard.length > 0) app.enableShutdownHooks();
}

/** A subscription is there when the server has answered what was sent after it. */
function answerWhetherReady(): void {
  createServer((_request, response) => response.end('ok'))
    .listen(Number(env['PORT']))
    .unref();
}

void main();
