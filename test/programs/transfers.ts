import 'reflect-metadata';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { Body, Controller, Get, Module, Post, StreamableFile } from '@nestjs/common';
import { GracefulShutdown, GracefulShutdownModule, type GracefulShutdownOptions } from 'nestjs-lifecycle';
import { createApp } from './create-app.js';

/** Answers small and large, for clients of all kinds; says what it hears, and prints its report at the end. */
const env = process.env;

const CHUNK = Buffer.alloc(64 * 1024, 'x');
const CHUNKS = 512;

function* largeFile(): Iterable<Buffer> {
  for (let chunk = 0; chunk < CHUNKS; chunk += 1) yield CHUNK;
}

@Controller()
class TransferController {
  @Get()
  hello(): string {
    return 'hello';
  }

  @Get('large')
  large(): StreamableFile {
    console.log('large has begun');
    return new StreamableFile(Readable.from(largeFile()));
  }

  @Post('upload')
  upload(@Body() body: object): object {
    return body;
  }
}

// Written as JSON by the test.
const options = JSON.parse(env['OPTIONS'] ?? '{}') as GracefulShutdownOptions;

@Module({ imports: [GracefulShutdownModule.forRoot(options)], controllers: [TransferController] })
class TransferModule {}

async function main(): Promise<void> {
  const app = await createApp(TransferModule);
  app.enableShutdownHooks();
  const shutdown = app.get(GracefulShutdown);
  shutdown.phase$.subscribe((phase) => console.log(`phase: ${phase}`));
  process.on('exit', () => console.log(`report: ${JSON.stringify(shutdown.report)}`));
  await app.listen(0, '127.0.0.1');
  const server = app.getHttpServer() as Server;
  server.on('connection', () => console.log('connected'));
  // Of a TCP server, an object.
  console.log(`listening on ${(server.address() as AddressInfo).port}`);
}

void main();
