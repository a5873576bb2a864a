import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { GracefulShutdown, type SourceHandle, type Work, type WorkSource } from 'nestjs-lifecycle';
import { OrderQueue, type QueuedOrder } from './order-queue.js';

/** Pulls orders from a queue and works on several at once. */
@Injectable()
export class OrdersConsumer implements WorkSource, OnApplicationBootstrap {
  readonly name = 'orders consumer';
  ended = 0;
  readonly #running = new Set<Work>();
  readonly #stopped = new AbortController();
  readonly #interrupted = new AbortController();
  #source: SourceHandle | undefined;

  constructor(
    @Inject(GracefulShutdown) private readonly shutdown: GracefulShutdown,
    @Inject(OrderQueue) private readonly queue: OrderQueue,
  ) {}

  onApplicationBootstrap(): void {
    this.#source = this.shutdown.addSource(this);
    void this.#pull();
  }

  get size(): number {
    return this.#running.size;
  }

  active(): Iterable<Work> {
    return this.#running;
  }

  /** In the tick of the signal: other instances pull the orders that come from now on. */
  stopIntake(): void {
    this.#stopped.abort();
  }

  /** Shortly before the drain's time is up: what runs may still end by itself. */
  interrupt(reason: Error): void {
    this.#interrupted.abort(reason);
  }

  async #pull(): Promise<void> {
    for await (const order of this.queue.receive(this.#stopped.signal)) void this.#work(order);
  }

  async #work(order: QueuedOrder): Promise<void> {
    const name = `order ${order.id}`;
    const work = { kind: 'order', startedAt: performance.now(), describe: () => ({ name }) };
    this.#running.add(work);
    try {
      await order.fulfil(this.#interrupted.signal);
      order.acknowledge();
    } catch {
      // Another instance gets it again.
      order.giveBack();
    } finally {
      this.#running.delete(work);
      this.ended += 1;
      this.#source?.changed();
    }
  }
}
