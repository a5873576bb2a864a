import 'reflect-metadata';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

@Controller()
class HelloController {
  @Get()
  hello(): string {
    return 'hello';
  }
}

@Module({ controllers: [HelloController] })
class HelloModule {}

async function main(): Promise<void> {
  const app = await NestFactory.create(HelloModule);
  app.enableShutdownHooks();
  await app.listen(0);
  const server = app.getHttpServer() as Server;
  console.log(`listening on ${(server.address() as AddressInfo).port}, pid ${process.pid}`);
  process.on('message', (message) => console.log(`message: ${String(message)}`));
}

void main();
