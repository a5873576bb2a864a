import { Injectable } from '@nestjs/common';

/** One order that was pulled. */
export interface QueuedOrder {
  readonly id: number;
  /** Resolves when the test lets it; rejects when `signal` is aborted before. */
  fulfil(signal: AbortSignal): Promise<void>;
  acknowledge(): void;
  giveBack(): void;
}

/** A queue that is never empty and hands out three orders at a time; the test says which of them end. */
@Injectable()
export class OrderQueue {
  readonly #fulfilled = new EventTarget();

  /** The test lets an order end. */
  fulfil(id: number): void {
    this.#fulfilled.dispatchEvent(new Event(String(id)));
  }

  async *receive(signal: AbortSignal): AsyncGenerator<QueuedOrder> {
    for (const id of [1, 2, 3]) yield this.#order(id);
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    console.log('step: stopped');
  }

  #order(id: number): QueuedOrder {
    console.log(`step: received ${id}`);
    const fulfilled = this.#fulfilled;
    return {
      id,
      fulfil: async (signal) => {
        await new Promise<void>((resolve, reject) => {
          fulfilled.addEventListener(String(id), () => resolve(), { once: true });
          // An abort reason of ours is an error.
          signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        });
      },
      acknowledge: () => console.log(`step: acknowledged ${id}`),
      giveBack: () => console.log(`step: gave back ${id}`),
    };
  }
}
