import 'reflect-metadata';
import type { Server } from 'node:http';
import { Controller, Get, Module } from '@nestjs/common';
import { GracefulShutdown, GracefulShutdownModule } from 'nestjs-lifecycle';
import { listenOn, runCluster } from 'nestjs-lifecycle/processes';
import { createApp } from './create-app.js';

/** A service on the socket of its parent. WORKERS: in so many processes. */
@Controller()
class HelloController {
  @Get()
  hello(): string {
    return 'hello';
  }
}

@Module({ imports: [GracefulShutdownModule.forRoot({ gracePeriod: '100s' })], controllers: [HelloController] })
class ActivatedModule {}

async function bootstrap(): Promise<void> {
  const app = await createApp(ActivatedModule);
  app.enableShutdownHooks();
  app.get(GracefulShutdown).phase$.subscribe((phase) => console.log(`phase ${phase}`));
  await app.init();
  // Fastify answers nothing before it is ready.
  const instance: unknown = app.getHttpAdapter().getInstance();
  if (typeof instance === 'object' && instance !== null && 'ready' in instance)
    await (instance as { ready(): unknown }).ready();
  (app.getHttpServer() as Server).listen(listenOn({ port: 0 }, 'http'));
}

const workers = Number(process.env['WORKERS'] ?? 0);
void (workers > 0 ? runCluster({ workers, gracePeriod: '100s' }, bootstrap) : bootstrap());
