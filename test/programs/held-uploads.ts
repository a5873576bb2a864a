import 'reflect-metadata';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { Controller, Module, type OnModuleDestroy, Post, Req } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GracefulShutdown, GracefulShutdownModule, OnGracefulShutdown } from 'nestjs-lifecycle';

/** More than the guard for signals that wrappers pass on (`WRAPPED_GUARD_MS` of signals/repeated-signals.ts). */
const BEYOND_GUARD_MS = 1500;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGCONT'] as const;
let heard = 0;

/** Where the test listens, below wrappers: they pass on no messages, and some of them end before the service does. */
const [, , port] = process.argv;
const test = port === undefined ? undefined : connect(Number(port), '127.0.0.1').unref();

function say(line: string): void {
  console.log(line);
  test?.write(`${line}\n`);
}

/** Its request lasts until the client has sent the whole body. Says which signals it hears, and when the guard is over. */
@Controller()
class UploadController implements OnModuleDestroy {
  @Post()
  async upload(@Req() request: IncomingMessage): Promise<string> {
    say('upload has begun');
    let bytes = 0;
    for await (const chunk of request) bytes += (chunk as Buffer).length;
    return `received ${bytes}`;
  }

  @OnGracefulShutdown()
  flush(): void {
    say('step: flush');
  }

  onModuleDestroy(): void {
    say('step: destroy');
  }
}

@Module({ imports: [GracefulShutdownModule.forRoot({ lameDuck: 0 })], controllers: [UploadController] })
class UploadModule {}

function hear(signal: NodeJS.Signals): void {
  heard += 1;
  say(`signal ${heard}: ${signal}`);
  // In a turn of its own after the timer's: what else is over by then has been seen to be.
  if (heard === 1) setTimeout(() => setImmediate(() => setImmediate(() => say('the guard is over'))), BEYOND_GUARD_MS);
}

async function main(): Promise<void> {
  const app = await NestFactory.create(UploadModule);
  app.enableShutdownHooks();
  const shutdown = app.get(GracefulShutdown);
  for (const signal of SIGNALS) process.on(signal, () => hear(signal));
  process.on('exit', (code) => say(`ended with ${code}, ${shutdown.report?.outcome}`));
  await app.listen(0, '127.0.0.1');
  say(`pid ${process.pid}`);
  say(`listening on ${new URL(await app.getUrl()).port}`);
}

void main();
