import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GracefulShutdown, GracefulShutdownModule } from 'nestjs-lifecycle';
import { OrderQueue } from './order-queue.js';
import { OrdersConsumer } from './orders-consumer.js';

/** A worker that pulls orders: the example of docs/sources-of-work.md. */
@Module({ imports: [GracefulShutdownModule.forRoot()], providers: [OrderQueue, OrdersConsumer] })
class WorkerModule {}

async function main(): Promise<void> {
  const app = await NestFactory.createApplicationContext(WorkerModule);
  app.enableShutdownHooks();
  const shutdown = app.get(GracefulShutdown);
  shutdown.phase$.subscribe({
    next: (phase) => console.log(`phase: ${phase}`),
    complete: () => console.log(`report: ${JSON.stringify(shutdown.report)}`),
  });
  process.on('message', (id) => app.get(OrderQueue).fulfil(Number(id)));
}

void main();
