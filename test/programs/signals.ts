import 'reflect-metadata';
import { get } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GracefulShutdownModule, LeavingSignal, ShutdownSignal } from 'nestjs-lifecycle';

/** Asks itself many times, with handlers that listen to their signals, and prints how many signals are still there. */
const REQUESTS = 250;
const LISTENERS = 50;
const seen: WeakRef<AbortSignal>[] = [];

@Controller()
class SignalController {
  @Get()
  listen(@ShutdownSignal() timeUp: AbortSignal, @LeavingSignal() leaving: AbortSignal): string {
    for (const signal of [timeUp, leaving]) {
      for (let count = 0; count < LISTENERS; count += 1) signal.addEventListener('abort', () => timeUp.aborted);
      seen.push(new WeakRef(signal));
    }
    return 'heard';
  }
}

@Module({ imports: [GracefulShutdownModule.forRoot()], controllers: [SignalController] })
class SignalsModule {}

function ask(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', agent: false }, (answer) => answer.resume().on('end', resolve)).on('error', reject);
  });
}

async function main(): Promise<void> {
  const app = await NestFactory.create(SignalsModule, { logger: false });
  await app.listen(0, '127.0.0.1');
  // A TCP server's address is an object.
  const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
  for (let count = 0; count < REQUESTS; count += 1) await ask(port);
  // Needs --expose-gc. What was just used is let go of in later turns.
  for (let round = 0; round < 5; round += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc?.();
  }
  console.log(`signals: ${seen.length}, left: ${seen.filter((signal) => signal.deref() !== undefined).length}`);
  await app.close();
}

void main();
