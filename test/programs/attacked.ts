import 'reflect-metadata';
import { Readable } from 'node:stream';
import { Body, Controller, Get, Module, Post, StreamableFile } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { GracefulShutdown, GracefulShutdownModule, type GracefulShutdownOptions } from 'nestjs-lifecycle';
import { createApp } from './create-app.js';
import { released } from './faults.js';

/** What hostile clients attack: SERVER=express | fastify | http2 (Fastify, h2c; Express has none of its own), OPTIONS=<JSON>. */
const { env } = process;

/** More than the buffers of both systems take. */
const CHUNK = Buffer.alloc(64 * 1024, 'x');
const CHUNKS = 1024;

function* largeFile(): Iterable<Buffer> {
  for (let chunk = 0; chunk < CHUNKS; chunk += 1) yield CHUNK;
}

const isReleased = released('slow');
let slow = 0;

@Controller()
class AttackedController {
  @Get()
  hello(): string {
    return 'hello';
  }

  @Get('slow')
  async slow(): Promise<string> {
    slow += 1;
    console.log(`slow: ${slow}`);
    await isReleased;
    return 'slow';
  }

  @Get('large')
  large(): StreamableFile {
    return new StreamableFile(Readable.from(largeFile()));
  }

  @Post('upload')
  upload(@Body() body: object): object {
    return body;
  }
}

@Module({
  // What the tests pass are options.
  imports: [GracefulShutdownModule.forRoot(JSON.parse(env['OPTIONS'] ?? '{}') as GracefulShutdownOptions)],
  controllers: [AttackedController],
})
class AttackedModule {}

async function main(): Promise<void> {
  const isHttp2 = env['SERVER'] === 'http2';
  const app = isHttp2
    ? await NestFactory.create(AttackedModule, new FastifyAdapter({ http2: true }))
    : await createApp(AttackedModule);
  app.enableShutdownHooks();
  const shutdown = app.get(GracefulShutdown);
  shutdown.phase$.subscribe((phase) => console.log(`phase: ${phase}`));
  process.on('exit', () => {
    console.log(`left: ${shutdown.inFlight().total}`);
    console.log(`report: ${JSON.stringify(shutdown.report)}`);
  });
  await app.listen(0, '127.0.0.1');
  console.log(`listening on ${new URL(await app.getUrl()).port}`);
}

void main();
