import 'reflect-metadata';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { Controller, Get, Module } from '@nestjs/common';
import { Redis } from 'ioredis';
import {
  GracefulShutdown,
  GracefulShutdownModule,
  type GracefulShutdownOptions,
  postgresLimit,
  redisLimit,
  type ShutdownLimit,
} from 'nestjs-lifecycle';
import { Pool } from 'pg';
import { createClient } from 'redis';
import { createApp } from './create-app.js';

/** An instance of a service whose instances take turns to stop; says when it begins to drain, and when its drain is over. */
export interface CoordinatedPlan {
  readonly through: 'ioredis' | 'redis' | 'postgres';
  readonly url: string;
  readonly group: string;
  readonly limit: number;
  readonly maxWait: `${number}s`;
  readonly options: GracefulShutdownOptions;
  /** How long its drain takes, in milliseconds. */
  readonly workMs: number;
}

// What the test passes.
const plan = JSON.parse(process.env['COORDINATED'] ?? '{}') as CoordinatedPlan;

async function connected(): Promise<ShutdownLimit> {
  const ignored = (): void => undefined;
  switch (plan.through) {
    case 'ioredis':
      return redisLimit(new Redis(plan.url).on('error', ignored));
    case 'redis': {
      const client = createClient({ url: plan.url }).on('error', ignored);
      void client.connect().catch(ignored);
      return redisLimit(client);
    }
    case 'postgres':
      return postgresLimit(new Pool({ connectionString: plan.url, max: 2 }).on('error', ignored));
  }
}

/** The same limit, which says when a place begins to be given back: until then nobody else has it. */
function told(limit: ShutdownLimit): ShutdownLimit {
  return {
    join: async (request) => {
      const free = await limit.join(request);
      return () => {
        console.log(`freeing at ${process.hrtime.bigint()}`);
        return free();
      };
    },
  };
}

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
  shutdown.coordinate({ group, limit, through: told(await connected()), maxWait });
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
