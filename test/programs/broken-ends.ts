import 'reflect-metadata';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { Injectable, Module, type OnModuleDestroy } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Redis } from 'ioredis';
import { GracefulShutdown, GracefulShutdownModule, OnGracefulShutdown, TrackInFlight } from 'nestjs-lifecycle';

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

  /** Nothing listens there, and no code handles what its client rejects. */
  @OnGracefulShutdown(20)
  async client(): Promise<void> {
    if (fault !== 'client') return;
    const failed = once(process, 'uncaughtExceptionMonitor');
    const client = new Redis({ host: '127.0.0.1', port: 1, maxRetriesPerRequest: 0 });
    client.on('error', () => undefined);
    void client.publish('orders', 'placed');
    await failed;
    client.disconnect();
  }

  @TrackInFlight()
  async write(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    throw new Error('the write fails');
  }

  @OnGracefulShutdown(30)
  async flush(): Promise<void> {
    if (fault !== 'tracked') return;
    void this.write();
    await new Promise(() => undefined);
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
