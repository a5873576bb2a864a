import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GracefulShutdownModule } from 'nestjs-lifecycle';

/** A service that uses the module and nothing that an integration is for. */
@Module({ imports: [GracefulShutdownModule.forRoot()] })
class PlainModule {}

async function main(): Promise<void> {
  const app = await NestFactory.create(PlainModule);
  await app.listen(0, '127.0.0.1');
  console.log('serving');
}

void main();
