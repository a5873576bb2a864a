import 'reflect-metadata';
import { type DynamicModule, Global, Injectable, Module, type OnModuleDestroy } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GracefulShutdown, GracefulShutdownModule, OnGracefulShutdown } from 'nestjs-lifecycle';
import { plan } from './job-plan.js';
import { Books } from './job-steps.js';

/** A worker of a job ledger: says which jobs it has begun (`took job 7`) and which it has ended (`did job 7`). */

/** As a service that has the module closes its database. */
@Injectable()
class ClosingBooks extends Books {
  @OnGracefulShutdown(80)
  override close(): Promise<void> {
    return super.close();
  }
}

/** As most services of plain Nest close theirs. */
@Injectable()
class PlainBooks extends Books implements OnModuleDestroy {
  onModuleDestroy(): Promise<void> {
    return this.close();
  }
}

@Global()
@Module({})
class BooksModule {}

const books: DynamicModule = {
  module: BooksModule,
  providers: [{ provide: Books, useClass: plan.withModule ? ClosingBooks : PlainBooks }],
  exports: [Books],
};

async function workerModule(): Promise<DynamicModule> {
  if (plan.library === 'bull') return (await import('./bull-worker.js')).BullWorkerModule.register(books);
  return (await import('./bullmq-worker.js')).BullmqWorkerModule.register(books);
}

async function main(): Promise<void> {
  const imports = [await workerModule(), ...(plan.withModule ? [GracefulShutdownModule.forRoot(plan.options)] : [])];
  @Module({ imports })
  class WorkerModule {}

  const app = await NestFactory.createApplicationContext(WorkerModule);
  app.enableShutdownHooks();
  if (plan.withModule) {
    const shutdown = app.get(GracefulShutdown);
    process.on('exit', () => console.log(`report: ${JSON.stringify(shutdown.report)}`));
    process.on('message', () => console.log(`in flight: ${JSON.stringify(shutdown.inFlight())}`));
  }
  console.log('working');
}

void main();
