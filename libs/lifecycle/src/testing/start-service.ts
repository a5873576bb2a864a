import { type INestApplicationContext } from '@nestjs/common';
import { GracefulShutdown } from '../graceful-shutdown.js';
import { type ShutdownReport } from '../report/shutdown-report.js';
import { type TestClock } from './test-clock.js';
import { type ProcessEnding, TestProcess } from './test-process.js';

/** How a service under test has ended. */
export interface TestEnding extends ProcessEnding {
  /** `undefined` when it ended before there was one: by a signal without a listener. */
  readonly report: ShutdownReport | undefined;
}

/** A service that runs inside a test, and takes the test's signals for its own. */
export class TestService<T extends INestApplicationContext = INestApplicationContext> implements AsyncDisposable {
  readonly shutdown: GracefulShutdown;

  constructor(
    readonly app: T,
    private readonly process: TestProcess,
  ) {
    this.shutdown = app.get(GracefulShutdown, { strict: false });
  }

  /** The clock of the service. It runs like any clock, and can be moved ahead. */
  get clock(): TestClock {
    return this.process.clock;
  }

  /** Sends the service a signal, as Kubernetes would. The test itself goes on. */
  signal(signal: NodeJS.Signals = 'SIGTERM'): void {
    this.process.signal(signal);
  }

  /** Resolves when the service's process would have ended, with its exit code and report. */
  get ended(): Promise<TestEnding> {
    return this.process.ended.then((ending) => ({ ...ending, report: this.shutdown.report }));
  }

  /** Sends the service a signal, and waits for its end. Only the time of the clock passes: a lame duck is to be moved through. */
  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<TestEnding> {
    this.signal(signal);
    return this.ended;
  }

  /** Ends the service at any point, and restores the process of the test. A second call does nothing. */
  async close(): Promise<void> {
    try {
      // A shutdown under way is waited for by moving the clock, so that this takes no real time.
      if (this.shutdown.isShuttingDown) await this.clock.advance(this.shutdown.progress().remainingMs);
      await this.app.close();
    } finally {
      this.process.restore();
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/**
 * Starts a service inside a test: `create` does what `main.ts` does, with `enableShutdownHooks()` and `listen(0)`, and
 * returns the application. One service at a time.
 *
 * ```ts
 * await using service = await startService(createApp);
 * service.signal('SIGTERM');
 * await service.clock.advance('5s');
 * expect(await service.ended).toMatchObject({ exitCode: 0, report: { outcome: 'clean' } });
 * ```
 *
 * @throws LifecycleError while another one runs, or when it ends while it starts; and whatever `create` throws
 */
export async function startService<T extends INestApplicationContext>(
  create: () => T | Promise<T>,
): Promise<TestService<T>> {
  const process = new TestProcess();
  try {
    const service = new TestService(await create(), process);
    process.hasStarted = true;
    return service;
  } catch (error) {
    process.restore();
    throw error;
  }
}
