import type { INestApplication } from '@nestjs/common';
import { startService, type TestClock, type TestEnding } from 'nestjs-lifecycle/testing';
import { killAfterTest } from './started-programs.js';

/** What leaves as a process does that is sent a signal, while the test goes on. */
export interface Signalled {
  /** Sends SIGTERM. Resolves when the process would have ended, with how. */
  readonly terminate: () => Promise<TestEnding>;
  /** The time that passes between signals. */
  readonly processClock: TestClock;
}

/** Starts a world that can be sent a signal; one at a time. */
export async function startSignalled<T extends { readonly app: INestApplication }>(
  create: () => Promise<T>,
): Promise<T & Signalled> {
  const started: T[] = [];
  const service = await startService(async () => {
    const world = await create();
    started.push(world);
    return world.app.enableShutdownHooks();
  });
  killAfterTest({ kill: () => service.close() });
  const [world] = started;
  if (world === undefined) throw new Error('the world was not created');
  const terminate = (): Promise<TestEnding> => {
    service.signal('SIGTERM');
    return service.ended;
  };
  return { ...world, terminate, processClock: service.clock };
}
