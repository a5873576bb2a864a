import 'reflect-metadata';
import { type DynamicModule, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GracefulShutdown, GracefulShutdownModule } from 'nestjs-lifecycle';
import { plan } from './ledger-plan.js';

/** The consumer of a ledger with @golevelup/nestjs-rabbitmq, which is for Nest 11: the package is not there for Nest 12. */
const PACKAGE: string = '@golevelup/nestjs-rabbitmq';

/** The part of the package that is used here; read in 9.0.2. */
interface Rabbitmq {
  readonly RabbitMQModule: { forRoot(options: object): DynamicModule };
  readonly RabbitRPC: (options: object) => MethodDecorator;
  readonly RabbitSubscribe: (options: object) => MethodDecorator;
}

interface Message {
  readonly data: number;
  /** Of a request. */
  readonly id?: string;
}

let done = 0;

async function work({ data, id }: Message): Promise<number> {
  const what = `${id === undefined ? 'event' : 'request'} ${data}`;
  console.log(`took ${what}`);
  const [least, most] = plan.handlerMs;
  await new Promise((resolve) => setTimeout(resolve, least + Math.random() * (most - least)));
  done += 1;
  console.log(`did ${what} (${done})`);
  return data;
}

async function main(): Promise<void> {
  // It has these.
  const { RabbitMQModule, RabbitRPC, RabbitSubscribe } = (await import(PACKAGE)) as Rabbitmq;
  const queueOptions = { durable: false, expires: 60_000 };

  // The queue is bound to the default exchange by its name.
  const queue = { exchange: '', routingKey: plan.prefix, queue: plan.prefix, queueOptions };

  @Injectable()
  class Answering {
    // An event has no queue for an answer.
    @RabbitRPC(queue)
    work(message: Message): Promise<number> {
      return work(message);
    }
  }

  @Injectable()
  class Subscribed {
    @RabbitSubscribe(queue)
    async work(message: Message): Promise<void> {
      await work(message);
    }
  }

  @Injectable()
  class Batched {
    @RabbitSubscribe({ ...queue, batchOptions: { size: 4, timeout: 20 } })
    async work(messages: readonly Message[]): Promise<void> {
      await Promise.all(messages.map(work));
    }
  }
  const LedgerHandlers = { answer: Answering, subscribe: Subscribed, batch: Batched }[plan.handler ?? 'answer'];

  const rabbitmq = RabbitMQModule.forRoot({
    uri: plan.url ?? 'amqp://127.0.0.1:5672',
    prefetchCount: 5,
    ...plan.server,
  });
  const imports = plan.withModule ? [rabbitmq, GracefulShutdownModule.forRoot(plan.options)] : [rabbitmq];
  @Module({ imports, providers: [LedgerHandlers] })
  class LedgerModule {}

  const app = await NestFactory.create(LedgerModule);
  app.enableShutdownHooks();
  await app.listen(0, '127.0.0.1');
  if (plan.withModule) {
    const shutdown = app.get(GracefulShutdown);
    process.on('exit', () => console.log(`report: ${JSON.stringify(shutdown.report)}`));
  }
  console.log('consuming');
}

void main();
