// A user's application, as the tarball's tests compile and run it, far from this repository.
import 'reflect-metadata';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GracefulShutdown, GracefulShutdownModule, OnGracefulShutdown, type ShutdownContext } from 'nestjs-lifecycle';

@Injectable()
class Ledger {
  constructor(private readonly shutdown: GracefulShutdown) {}

  @OnGracefulShutdown(80)
  close({ reason, remainingMs }: ShutdownContext): void {
    console.log(`closing the ledger: ${this.shutdown.phase}, ${reason}, ${remainingMs > 0 ? 'in time' : 'late'}`);
  }
}

@Module({
  imports: [GracefulShutdownModule.forRoot({ gracePeriod: '10s', health: process.argv.includes('--health') })],
  providers: [Ledger],
})
class AppModule {}

async function main(): Promise<void> {
  const app = await NestFactory.create(AppModule);
  app.enableShutdownHooks();
  await app.listen(0);
  const server = app.getHttpServer() as Server;
  console.log(`listening on ${(server.address() as AddressInfo).port}`);
}

void main();
