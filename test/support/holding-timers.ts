import { AsyncLocalStorage, createHook } from 'node:async_hooks';

/**
 * The timers that `run` starts, and all that comes of it, and that keep the process alive: neither fired, nor cleared, nor
 * told not to. Those of Jest and of other tests are in the same process and do not count.
 */
export class HoldingTimers {
  readonly #started = new Map<number, Pick<NodeJS.Timeout, 'hasRef'>>();
  readonly #scope = new AsyncLocalStorage<HoldingTimers>();
  readonly #hook = createHook({
    init: (id, type, _trigger, timer) => {
      if (type === 'Timeout' && this.#scope.getStore() === this) this.#started.set(id, timer as NodeJS.Timeout);
    },
    destroy: (id) => void this.#started.delete(id),
  });

  /** How many there are. One that has just been cleared counts until the event loop has turned. */
  get count(): number {
    return [...this.#started.values()].filter((timer) => timer.hasRef()).length;
  }

  /** Runs it, and sees the timers that it starts. */
  async of(run: () => Promise<void>): Promise<void> {
    this.#hook.enable();
    try {
      await this.#scope.run(this, run);
    } finally {
      this.#hook.disable();
    }
  }
}
