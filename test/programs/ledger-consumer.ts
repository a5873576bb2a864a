import 'reflect-metadata';
import { Controller, type DynamicModule, type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  Ctx,
  EventPattern,
  GrpcMethod,
  KafkaContext,
  MessagePattern,
  type MicroserviceOptions,
  Payload,
  RmqContext,
} from '@nestjs/microservices';
import { GracefulShutdown, GracefulShutdownModule } from 'nestjs-lifecycle';
import { plan, PROTO, serverOptions, SUBSCRIBED } from './ledger-plan.js';

/**
 * A consumer of a ledger: works on numbered messages, and says which it has begun (`took event 7`) and which it has worked on to
 * the end (`did event 7`), each with how many it has worked on so far.
 */
let done = 0;

async function work(what: string): Promise<void> {
  console.log(`took ${what}`);
  const [least, most] = plan.handlerMs;
  await new Promise((resolve) => setTimeout(resolve, least + Math.random() * (most - least)));
}

function did(what: string): void {
  done += 1;
  console.log(`did ${what} (${done})`);
}

async function acknowledge(context: unknown): Promise<void> {
  if (context instanceof KafkaContext && plan.server['run'] !== undefined) return commit(context);
  if (!(context instanceof RmqContext) || plan.server['noAck'] === true) return;
  const channel = context.getChannelRef() as { ack(message: unknown): void }; // `any` in Nest
  channel.ack(context.getMessage());
}

/** Where the server is told `run: { autoCommit: false }`. */
async function commit(context: KafkaContext): Promise<void> {
  const { offset } = context.getMessage();
  const next = String(Number(offset) + 1);
  const place = { topic: context.getTopic(), partition: context.getPartition(), offset: next };
  try {
    await context.getConsumer().commitOffsets([place]);
  } catch (error) {
    // The group changes: the message is delivered again.
    console.log(`not committed ${place.partition}:${offset}: ${String(error)}`);
  }
}

@Controller()
class LedgerController {
  @EventPattern(SUBSCRIBED.event)
  async happened(@Payload() count: unknown, @Ctx() context: unknown): Promise<void> {
    const what = `event ${String(count)}`;
    await work(what);
    await acknowledge(context);
    did(what);
  }

  @MessagePattern(SUBSCRIBED.request)
  async answer(@Payload() count: unknown, @Ctx() context: unknown): Promise<number> {
    const what = `request ${String(count)}`;
    await work(what);
    await acknowledge(context);
    did(what);
    return Number(count);
  }

  @GrpcMethod(PROTO.service, PROTO.method)
  async find({ name }: { readonly name: string }): Promise<{ name: string; cents: number }> {
    const what = `request ${name}`;
    await work(what);
    did(what);
    return { name, cents: Number(name) };
  }
}

@Module({ controllers: [LedgerController] })
class LedgerModule {}

function modules(): DynamicModule {
  const imports = plan.withModule ? [GracefulShutdownModule.forRoot(plan.options)] : [];
  return { module: LedgerModule, imports };
}

async function start(options: MicroserviceOptions): Promise<INestApplicationContext> {
  if (!plan.isHybrid) {
    const app = await NestFactory.createMicroservice<MicroserviceOptions>(modules(), options);
    app.enableShutdownHooks();
    await app.listen();
    return app;
  }
  const app = await NestFactory.create(modules());
  app.connectMicroservice<MicroserviceOptions>(options, { inheritAppConfig: plan.inheritsAppConfig });
  app.enableShutdownHooks();
  await app.startAllMicroservices();
  await app.listen(0, '127.0.0.1');
  return app;
}

async function main(): Promise<void> {
  const port = Number(process.env['LEDGER_PORT'] ?? 0);
  const app = await start(serverOptions(port));
  if (plan.withModule) {
    const shutdown = app.get(GracefulShutdown);
    process.on('exit', () => console.log(`report: ${JSON.stringify(shutdown.report)}`));
  }
  console.log('consuming');
}

void main();
