import { type Clock } from '../deadline/clock.js';
import { type Readiness } from '../health/readiness.js';

/** How long to wait before gates that were down are checked again. */
const RETRY_MS = 1000;

/** Waits until every gate has been up once. Without gates it resolves in the same tick. */
export class ReadyPoll {
  #isRunning = false;
  #isStopped = false;
  #cancel: () => void = () => undefined;

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

  /** The boot does not wait any more: a gate that stays down must not keep the process alive. */
  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  /** Never rejects: a gate that throws is down. */
  async #ask(): Promise<void> {
    const areUp = await this.readiness.areGatesUp();
    if (this.#isStopped) return;
    if (areUp) return this.onReady();
    this.#cancel = this.clock.meanwhile(RETRY_MS, () => void this.#ask());
  }
}
