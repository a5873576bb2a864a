import 'reflect-metadata';
import { setTimeout } from 'node:timers/promises';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { BackgroundTasks, GracefulShutdown, GracefulShutdownModule, OnGracefulShutdown } from 'nestjs-lifecycle';

class Ledger {
  @OnGracefulShutdown()
  close(): void {
    console.log('step: closed');
  }
}

/** A worker with a poller, a task that fails and starts again, and a job that outlasts the signal. */
@Module({
  imports: [GracefulShutdownModule.forRoot({ probePort: 0, drainEndpoint: true })],
  providers: [Ledger],
})
class WorkerModule {}

async function main(): Promise<void> {
  const app = await NestFactory.createApplicationContext(WorkerModule);
  app.enableShutdownHooks();
  const shutdown = app.get(GracefulShutdown);
  const tasks = app.get(BackgroundTasks);
  shutdown.phase$.subscribe({
    next: (phase) => console.log(`phase: ${phase}`),
    complete: () => console.log(`report: ${JSON.stringify(shutdown.report)}`),
  });
  tasks.run('poll', (signal) => setTimeout(3_600_000, undefined, { signal }), { onShutdown: 'cancel' });
  let runs = 0;
  const failing = async (signal: AbortSignal): Promise<void> => {
    runs += 1;
    if (runs < 3) throw new Error('broken on purpose');
    console.log(`step: run ${runs}`);
    await setTimeout(3_600_000, undefined, { signal });
  };
  tasks.run('failing', failing, { onShutdown: 'cancel', restart: { backoff: { initial: 1, max: 2 } } });
  tasks.run('job', () => new Promise<void>((resolve) => process.on('message', () => resolve())));
}

void main();
