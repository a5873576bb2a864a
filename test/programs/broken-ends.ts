import 'reflect-metadata';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { Injectable, Module, type OnModuleDestroy } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GracefulShutdown, GracefulShutdownModule, OnGracefulShutdown } from 'nestjs-lifecycle';

/** What fails while the application ends, by `FAULT`. */
const { FAULT: fault } = process.env;

@Injectable()
class Resources implements OnModuleDestroy {
  /** As pino's destination does: the error of a write is an event that has no listener. */
  @OnGracefulShutdown(10)
  async log(): Promise<void> {
    if (fault !== 'log-stream') return;
    const failed = once(process, 'uncaughtExceptionMonitor');
    createWriteStream('/dev/full').write('a line of a log');
    await failed;
  }

  @OnGracefulShutdown(80)
  close(): void {
    console.log('step: pool closed');
  }

  onModuleDestroy(): void {
    console.log('step: destroyed');
  }
}

@Module({ imports: [GracefulShutdownModule.forRoot({ acceptUnseen: ['script'] })], providers: [Resources] })
class AppModule {}

async function main(): Promise<void> {
  const app = await NestFactory.createApplicationContext(AppModule);
  if (fault === 'signal-listener') {
    process.on('SIGTERM', () => {
      throw new Error('the listener fails');
    });
  }
  app.enableShutdownHooks();
  const shutdown = app.get(GracefulShutdown);
  shutdown.phase$.subscribe({ complete: () => console.log(`report: ${JSON.stringify(shutdown.report)}`) });
  if (fault === 'exit-listener') {
    process.on('uncaughtException', () => undefined);
    process.on('exit', () => {
      throw new Error('the exit listener fails');
    });
  }
  setInterval(() => undefined, 60_000);
  if (fault === 'signal-listener') void shutdown.shutdown('an operator');
  else process.kill(process.pid, 'SIGTERM');
}

void main();
