import 'reflect-metadata';
import cluster from 'node:cluster';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Controller, Get, Module } from '@nestjs/common';
import { GracefulShutdown, GracefulShutdownModule } from 'nestjs-lifecycle';
import { runCluster } from 'nestjs-lifecycle/processes';
import { createApp } from './create-app.js';
import { block, released } from './faults.js';

/**
 * A service of Nest in several processes. The primary passes messages of the test on to its workers; each line of a worker begins with
 * its number.
 */
const env = process.env;
const id = cluster.worker?.id ?? 0;

const tell = (line: string): void => console.log(`${id}: ${line}`);

@Controller()
class HelloController {
  @Get()
  hello(): string {
    return `hello from ${id}`;
  }

  @Get('slow')
  async slow(): Promise<string> {
    tell('slow has begun');
    // Without a primary there are no messages.
    await Promise.race([released('slow'), once(process, 'SIGUSR2')]);
    return `slow from ${id}`;
  }
}

@Module({
  // Written as JSON by the test.
  imports: [GracefulShutdownModule.forRoot(JSON.parse(env['OPTIONS'] ?? '{}') as object)],
  controllers: [HelloController],
})
class ClusterModule {}

async function bootstrap(): Promise<void> {
  tell(`pid ${process.pid}`);
  const app = await createApp(ClusterModule);
  app.enableShutdownHooks();
  app.get(GracefulShutdown).phase$.subscribe((phase) => tell(`phase ${phase}`));
  process.on('exit', () => {
    const { outcome, reason, requests } = app.get(GracefulShutdown).report ?? {};
    // Short, since four processes write to one pipe.
    tell(`ended ${outcome}: ${reason}, ${requests?.drained} drained`);
  });
  await app.listen(0, '127.0.0.1');
  // An address of a TCP server is an object.
  console.log(`listening on ${((app.getHttpServer() as Server).address() as AddressInfo).port}`);
}

async function main(): Promise<void> {
  const onReport = (report: unknown): void => console.log(`cluster: ${JSON.stringify(report)}`);
  const options = JSON.parse(env['CLUSTER'] ?? '{}') as object;
  const running = await runCluster({ ...options, onReport }, bootstrap);
  if (running === undefined) return;
  console.log(`the cluster is ${running.state}`);
  process.on('message', (message) => {
    if (message === 'block') {
      console.log('the primary is blocked');
      block(1000);
      return;
    }
    for (const worker of Object.values(cluster.workers ?? {})) worker?.send(message as string);
  });
}

void main();
