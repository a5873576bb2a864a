import 'reflect-metadata';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Controller, Get, HttpException, Module, Param } from '@nestjs/common';
import { GracefulShutdownModule, type GracefulShutdownOptions } from 'nestjs-lifecycle';
import { createApp } from './create-app.js';

/** A service that measures itself. The test passes its options. */
const options = JSON.parse(process.env['MEASURED'] ?? '{}') as GracefulShutdownOptions;

@Controller()
class OrdersController {
  @Get('orders/:id')
  one(@Param('id') id: string): string {
    if (id === 'none') throw new HttpException('there is none', 404);
    return id;
  }

  /** Runs until the process ends. */
  @Get('hang')
  hang(): Promise<never> {
    console.log('hanging');
    return new Promise(() => undefined);
  }
}

@Module({ imports: [GracefulShutdownModule.forRoot(options)], controllers: [OrdersController] })
class MeasuredModule {}

async function main(): Promise<void> {
  const app = await createApp(MeasuredModule);
  app.enableShutdownHooks();
  await app.listen(0, '127.0.0.1');
  // Of a TCP server, an object.
  console.log(`listening on ${((app.getHttpServer() as Server).address() as AddressInfo).port}`);
}

void main();
