import { setTimeout } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { GracefulShutdown } from 'nestjs-lifecycle';

const IDLE_MS = 200;
const AFTER_FAILURE_MS = 1000;

/**
 * Takes one piece of work after the other from a table, and looks again when there is none. At the signal it takes no more; the
 * drain waits for the piece that runs.
 */
export class Poll {
  private readonly logger: Logger;
  private readonly stopped = new AbortController();
  private loop: Promise<void> | undefined;
  private running = 0;

  /** @param takeOne does one piece of work, and answers whether there was one */
  constructor(
    private readonly name: string,
    private readonly takeOne: () => Promise<boolean>,
  ) {
    this.logger = new Logger(name);
  }

  /** Begins to poll, and says to the lifecycle module how it stops. */
  start(shutdown: GracefulShutdown): void {
    shutdown.intake(this.name, { stop: () => this.stop(), inFlight: () => this.running });
    this.loop = this.run();
  }

  private stop(): Promise<void> | undefined {
    this.stopped.abort();
    return this.loop;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopped;
    while (!signal.aborted) {
      const waitMs = await this.step();
      // The only way it rejects is by the signal.
      await setTimeout(waitMs, undefined, { signal }).catch(() => undefined);
    }
  }

  private async step(): Promise<number> {
    this.running = 1;
    try {
      return (await this.takeOne()) ? 0 : IDLE_MS;
    } catch (error) {
      this.logger.warn(`the next round tries again: ${String(error)}`);
      return AFTER_FAILURE_MS;
    } finally {
      this.running = 0;
    }
  }
}
