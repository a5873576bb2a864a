import 'reflect-metadata';
import { kill } from 'node:process';
import { Controller, Get, Module, type OnModuleDestroy } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GracefulShutdown, GracefulShutdownModule } from 'nestjs-lifecycle';
import { released } from './faults.js';

/**
 * A service in whose process other code raises SIGTERM again, in every way there is, once the test says `raise`: a
 * second Nest application without the module, a library that ends as Unix programs do. Leads a process group of its own.
 */
const WAYS: Readonly<Record<string, () => void>> = {
  'process.kill': () => void process.kill(process.pid, 'SIGTERM'),
  'process.kill, imported': () => void kill(process.pid, 15),
  'process.kill of the group, as 0': () => void process.kill(0, 'SIGTERM'),
  'process.kill of the group, by its id': () => void process.kill(-process.pid, 'SIGTERM'),
  'another signal': () => void process.kill(process.pid, 'SIGINT'),
  'process.emit': () => void process.emit('SIGTERM', 'SIGTERM'),
  'process.emit, without arguments': () => void (process as NodeJS.EventEmitter).emit('SIGTERM'),
};

/** Resolves when the process has heard a signal. */
function heard(): Promise<void> {
  return new Promise((resolve) => {
    const listener = (): void => {
      process.removeListener('SIGTERM', listener);
      process.removeListener('SIGINT', listener);
      resolve();
    };
    process.on('SIGTERM', listener);
    process.on('SIGINT', listener);
  });
}

async function raiseInEveryWay(): Promise<void> {
  await released('raise');
  for (const [name, raise] of Object.entries(WAYS)) {
    const isHeard = heard();
    raise();
    await isHeard;
    console.log(`raised: ${name}`);
  }
  process.removeAllListeners('SIGTERM');
  process.kill(process.pid, 'SIGTERM');
  // What would end the process does so before the event loop turns again.
  setImmediate(() => console.log('raised: all'));
}

@Controller()
class SlowController {
  @Get('slow')
  async slow(): Promise<string> {
    console.log('slow.started');
    await released('slow');
    return 'slow';
  }
}

@Module({ imports: [GracefulShutdownModule.forRoot()], controllers: [SlowController] })
class ServiceModule {}

class Pool implements OnModuleDestroy {
  async onModuleDestroy(): Promise<void> {
    await released('pool');
    console.log('the other application has closed');
  }
}

/** An application without the module: Nest raises the signal again when it has closed. */
@Module({ providers: [Pool] })
class OtherModule {}

async function main(): Promise<void> {
  const app = await NestFactory.create(ServiceModule);
  const shutdown = app.get(GracefulShutdown);
  process.on('exit', () => console.log(`report: ${JSON.stringify(shutdown.report)}`));
  app.enableShutdownHooks();
  await app.listen(0, '127.0.0.1');
  const other = await NestFactory.createApplicationContext(OtherModule);
  other.enableShutdownHooks();
  console.log(`listening on ${new URL(await app.getUrl()).port}`);
  await raiseInEveryWay();
}

void main();
