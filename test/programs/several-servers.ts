import 'reflect-metadata';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Controller, Get, Module, type OnModuleDestroy } from '@nestjs/common';
import { GracefulShutdown, GracefulShutdownModule } from 'nestjs-lifecycle';
import { createApp } from './create-app.js';
import { released } from './faults.js';

/** Nest's recipe for several servers: `init()`, and two servers of the application's own; ADAPTER=express | fastify. */
const isReleased = released('slow');
let isClosed = false;
let slow = 0;

@Controller()
class SlowController implements OnModuleDestroy {
  @Get('slow')
  async slow(): Promise<string> {
    slow += 1;
    console.log(`slow: ${slow}`);
    await isReleased;
    return isClosed ? 'too late' : 'slow';
  }

  onModuleDestroy(): void {
    isClosed = true;
  }
}

@Module({ imports: [GracefulShutdownModule.forRoot({ lameDuck: '200ms' })], controllers: [SlowController] })
class ServiceModule {}

interface Framework {
  readonly routing: RequestListener;
  ready(): Promise<unknown>;
}

async function main(): Promise<void> {
  const app = await createApp(ServiceModule);
  app.enableShutdownHooks();
  const shutdown = app.get(GracefulShutdown);
  shutdown.phase$.subscribe((phase) => console.log(`phase: ${phase}`));
  process.on('exit', () => console.log(`report: ${JSON.stringify(shutdown.report)}`));
  await app.init();
  const instance: unknown = app.getHttpAdapter().getInstance();
  // Express is a function, Fastify has one.
  const framework = instance as RequestListener | Framework;
  if (typeof framework !== 'function') await framework.ready();
  const listener = typeof framework === 'function' ? framework : framework.routing;
  for (const name of ['first', 'second']) {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    // A TCP server's address is an object.
    console.log(`${name} on ${(server.address() as AddressInfo).port}`);
  }
}

void main();
