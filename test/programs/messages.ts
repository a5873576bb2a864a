import 'reflect-metadata';
import type { Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventPattern, MessagePattern, type MicroserviceOptions, Transport } from '@nestjs/microservices';
import {
  GracefulShutdown,
  GracefulShutdownModule,
  type GracefulShutdownOptions,
  OnGracefulShutdown,
} from 'nestjs-lifecycle';
import { interval, type Observable } from 'rxjs';

const { env } = process;
const WORK_MS = 5;
const TICK_MS = 50;
let isClosed = false;
let events = 0;

/** A TCP microservice that says how much it has worked, and whether it had what it needed. */
@Controller()
class WorkController {
  @MessagePattern('work')
  async work(): Promise<string> {
    await new Promise((resolve) => setTimeout(resolve, WORK_MS));
    return isClosed ? 'too late' : 'worked';
  }

  @MessagePattern('ticks')
  ticks(): Observable<number> {
    return interval(TICK_MS);
  }

  @EventPattern('happened')
  async happened(_data: unknown): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, WORK_MS));
    if (!isClosed) events += 1;
  }

  @OnGracefulShutdown(80)
  close(): void {
    isClosed = true;
    console.log(`step: ${events} events`);
  }
}

@Module({
  // What the tests pass are options.
  imports: [GracefulShutdownModule.forRoot(JSON.parse(env['OPTIONS'] ?? '{}') as GracefulShutdownOptions)],
  controllers: [WorkController],
})
class MessagesModule {}

async function main(): Promise<void> {
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(MessagesModule, {
    transport: Transport.TCP,
    // With them, the server listens again when its listener is closed ahead of it.
    options: { host: '127.0.0.1', port: 0, retryAttempts: 5, retryDelay: 10 },
  });
  app.enableShutdownHooks();
  let closes = 0;
  app.on('close', () => (closes += 1));
  const shutdown = app.get(GracefulShutdown);
  shutdown.phase$.subscribe((phase) => console.log(`phase: ${phase}`));
  process.on('exit', () => {
    console.log(`step: closed ${closes} times`);
    console.log(`report: ${JSON.stringify(shutdown.report)}`);
  });
  await app.listen();
  // A TCP server's address is an object.
  console.log(`listening on ${(app.unwrap<Server>().address() as AddressInfo).port}`);
}

void main();
