import 'reflect-metadata';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { Controller, Get, Module } from '@nestjs/common';
import { GracefulShutdown, GracefulShutdownModule, postgresLimit, redisLimit } from 'nestjs-lifecycle';
import { plan, toldLimit } from './coordinated-plan.js';
import { createApp } from './create-app.js';

/** An instance of a service with Nest; see coordinated-plan.ts. */

@Controller()
class HelloController {
  @Get()
  hello(): string {
    return 'hello';
  }
}

@Module({ imports: [GracefulShutdownModule.forRoot(plan.options)], controllers: [HelloController] })
class CoordinatedModule {}

async function main(): Promise<void> {
  const app = await createApp(CoordinatedModule);
  app.enableShutdownHooks();
  const shutdown = app.get(GracefulShutdown);
  const { group, limit, maxWait } = plan;
  shutdown.coordinate({ group, limit, through: toldLimit({ redisLimit, postgresLimit }), maxWait });
  const task = shutdown.track('the last batch');
  shutdown.phase$.subscribe((phase) => {
    // One clock for all processes of the machine.
    console.log(`phase: ${phase} at ${process.hrtime.bigint()}`);
    if (phase === 'draining') void setTimeout(plan.workMs).then(() => task.done());
  });
  process.on('exit', () => console.log(`report: ${JSON.stringify(shutdown.report)}`));
  await app.listen(0, '127.0.0.1');
  // Of a TCP server, an object.
  console.log(`listening on ${((app.getHttpServer() as Server).address() as AddressInfo).port}`);
}

void main();
