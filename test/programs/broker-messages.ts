import 'reflect-metadata';
import { Controller, Get, type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  Ctx,
  EventPattern,
  MessagePattern,
  type MicroserviceOptions,
  Payload,
  RmqContext,
} from '@nestjs/microservices';
import {
  GracefulShutdown,
  GracefulShutdownModule,
  type GracefulShutdownOptions,
  OnGracefulShutdown,
} from 'nestjs-lifecycle';
import { brokerOptions } from './broker-options.js';

/** A service that takes numbered messages from a broker, and says which it took and which it has worked on to the end. */
const { env } = process;
const prefix = env['PREFIX'] ?? '';
const isAcknowledging = env['ACKNOWLEDGES'] === 'true';
// What the tests pass are options.
const more = JSON.parse(env['SERVER'] ?? '{}') as Record<string, unknown>;
const WORK_MS = 5;
let isClosed = false;

function acknowledge(context: RmqContext): void {
  const channel = context.getChannelRef() as { ack(message: unknown): void }; // `any` in Nest
  channel.ack(context.getMessage());
}

async function work(count: number): Promise<void> {
  console.log(`took ${count}`);
  await new Promise((resolve) => setTimeout(resolve, WORK_MS));
  console.log(`${isClosed ? 'too late for' : 'did'} ${count}`);
}

@Controller()
class WorkController {
  @Get()
  hello(): string {
    return 'hello';
  }

  @MessagePattern(`${prefix}/work`)
  async answer(@Payload() count: number): Promise<number> {
    await work(count);
    return count;
  }

  @EventPattern(`${prefix}/happened`)
  async happened(@Payload() count: unknown, @Ctx() context: unknown): Promise<void> {
    await work(Number(count));
    if (isAcknowledging && context instanceof RmqContext) acknowledge(context);
  }

  @OnGracefulShutdown(80)
  close(): void {
    isClosed = true;
    console.log('closed');
  }
}

@Module({
  // What the tests pass are options.
  imports: [GracefulShutdownModule.forRoot(JSON.parse(env['OPTIONS'] ?? '{}') as GracefulShutdownOptions)],
  controllers: [WorkController],
})
class MessagesModule {}

async function start(options: MicroserviceOptions): Promise<INestApplicationContext> {
  if (env['HYBRID'] !== 'true') {
    const app = await NestFactory.createMicroservice<MicroserviceOptions>(MessagesModule, options);
    app.enableShutdownHooks();
    await app.listen();
    return app;
  }
  const app = await NestFactory.create(MessagesModule);
  app.connectMicroservice<MicroserviceOptions>(options);
  app.enableShutdownHooks();
  await app.startAllMicroservices();
  await app.listen(0, '127.0.0.1');
  console.log(`listening on ${new URL(await app.getUrl()).port}`);
  return app;
}

async function main(): Promise<void> {
  const app = await start(brokerOptions({ prefix, noAck: !isAcknowledging, more }));
  const shutdown = app.get(GracefulShutdown);
  shutdown.phase$.subscribe((phase) => console.log(`phase: ${phase}`));
  process.on('exit', () => console.log(`report: ${JSON.stringify(shutdown.report)}`));
  console.log('subscribed');
}

void main();
