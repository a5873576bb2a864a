import { type Clock } from '../deadline/clock.js';
import { type Readiness } from '../health/readiness.js';

/** How long to wait before gates that were down are asked again. */
const RETRY_MS = 1000;

/** Waits until every gate has been up once. Without gates that is at once, in the same tick. */
export class ReadyPoll {
  #isRunning = false;

  constructor(
    private readonly clock: Clock,
    private readonly readiness: Readiness,
    private readonly onReady: () => void,
  ) {}

  start(): void {
    if (this.#isRunning) return;
    if (!this.readiness.hasGates) return this.onReady();
    this.#isRunning = true;
    void this.#ask();
  }

  /** Never rejects: a gate that throws is down. */
  async #ask(): Promise<void> {
    if (await this.readiness.areGatesUp()) return this.onReady();
    this.clock.after(RETRY_MS, () => void this.#ask());
  }
}
