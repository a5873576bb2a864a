import 'reflect-metadata';
import { ConsoleLogger, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GracefulShutdown, GracefulShutdownModule, OnGracefulShutdown } from 'nestjs-lifecycle';

/** Writes much on its way out, and tells by IPC how far it is, since its output may not be readable. */
const LINES = Number(process.env['LINES'] ?? 0);

@Injectable()
class Talker {
  @OnGracefulShutdown()
  talk(): void {
    for (let line = 0; line < LINES; line += 1) console.log('x'.repeat(10_239));
  }
}

@Module({ imports: [GracefulShutdownModule.forRoot({ acceptUnseen: ['script'] })], providers: [Talker] })
class TalkativeModule {}

async function main(): Promise<void> {
  const app = await NestFactory.createApplicationContext(TalkativeModule, { logger: false });
  // A disk that is full from the first line on lets Nest itself not start.
  app.useLogger(new ConsoleLogger());
  app.enableShutdownHooks();
  setInterval(() => undefined, 60_000);
  app.get(GracefulShutdown).phase$.subscribe({ complete: () => process.send?.('stopped') });
  process.send?.('started');
}

void main();
