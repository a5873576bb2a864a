import 'reflect-metadata';
import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Body, Controller, Get, HttpCode, Module, Post } from '@nestjs/common';
import { GracefulShutdown, GracefulShutdownModule, type GracefulShutdownOptions } from 'nestjs-lifecycle';
import { createApp } from './create-app.js';

/**
 * One replica of a service that a load balancer is in front of. Each answer says which replica gave it; when the
 * replica ends it prints how many requests it has handled, and its report.
 */
const env = process.env;
const name = env['NAME'] ?? 'replica';
let handled = 0;

@Controller()
class ReplicaController {
  @Get()
  hello(): { replica: string } {
    handled += 1;
    return { replica: name };
  }

  /** Takes a moment, so that there is always something in flight. */
  @Post('orders')
  @HttpCode(200)
  async order(@Body() order: object): Promise<object> {
    await sleep(10);
    handled += 1;
    return { replica: name, ...order };
  }
}

// Written as JSON by the test.
const options = JSON.parse(env['OPTIONS'] ?? '{}') as GracefulShutdownOptions;

@Module({
  imports: [GracefulShutdownModule.forRoot({ ...options, health: true })],
  controllers: [ReplicaController],
})
class ReplicaModule {}

async function main(): Promise<void> {
  const app = await createApp(ReplicaModule);
  app.enableShutdownHooks();
  // Longer than any proxy in front keeps an idle connection, as it has to be: who closes first must not be the server.
  (app.getHttpServer() as Server).keepAliveTimeout = 75_000;
  process.on('exit', () => {
    console.log(`handled: ${handled}`);
    console.log(`report: ${JSON.stringify(app.get(GracefulShutdown).report)}`);
  });
  await app.listen(Number(env['PORT']), '127.0.0.1');
  console.log(`listening on ${env['PORT']}`);
}

void main();
