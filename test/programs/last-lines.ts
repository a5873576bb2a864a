import 'reflect-metadata';
import { Logger, type LoggerService, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GracefulShutdownModule, OnGracefulShutdown } from 'nestjs-lifecycle';
import { pino } from 'pino';
import { createLogger, transports } from 'winston';

/** A service that logs through `LOGGER` to `LOG_FILE`, and has much to say when it is told to stop. */
const { LOGGER: kind = 'pino', LOG_FILE: file = '', TRANSPORT: target = '', EXIT: exit = 'code' } = process.env;

type Say = (level: 'info' | 'warn' | 'error' | 'debug', message: unknown) => void;

/** A logger of others as Nest wants one, in a class that keeps it, as applications write it. */
class AppLogger implements LoggerService {
  constructor(
    protected readonly inner: object,
    private readonly say: Say,
  ) {}

  log(message: unknown): void {
    this.say('info', message);
  }

  warn(message: unknown): void {
    this.say('warn', message);
  }

  error(message: unknown): void {
    this.say('error', message);
  }

  debug(message: unknown): void {
    this.say('debug', message);
  }
}

function createAppLogger(): AppLogger {
  if (kind === 'winston') {
    const inner = createLogger({ transports: [new transports.File({ filename: file })] });
    return new AppLogger(inner, (level, message) => inner.log({ level, message: JSON.stringify(message) }));
  }
  const inner = pino({ transport: { target, options: { file } } });
  return new AppLogger(inner, (level, message) => inner[level](message));
}

class Talkative {
  @OnGracefulShutdown(95)
  sayMuch(): void {
    for (let line = 1; line <= 500; line += 1) new Logger('Talkative').log(`line ${line} of 500`);
  }
}

@Module({
  imports: [GracefulShutdownModule.forRoot({ exit: exit === 'signal' ? 'signal' : 'code' })],
  providers: [Talkative],
})
class AppModule {}

async function main(): Promise<void> {
  const app = await NestFactory.create(AppModule, { logger: createAppLogger() });
  app.enableShutdownHooks();
  await app.listen(0, '127.0.0.1');
  console.log('listening');
}

void main();
