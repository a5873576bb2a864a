import { type Clock, elapsed } from '../clock/clock.js';
import { type MessageLedger } from '../ledger/message-ledger.js';
import { type MessagePlan } from '../load/messages/message-plan.js';
import { type RandomStream } from '../random/random.js';
import { type Publisher } from './publisher.js';

const LOOK_MS = 50;
/** The backlog is filled up no faster: without a limit it would be sent as fast as handlers are. */
const MOST_AT_A_LOOK = 10;
/** So many are on their way to the broker at most. */
const MOST_IN_FLIGHT = 200;

/** What a load of messages is made of. */
export interface MessageLoadWorld {
  readonly plan: MessagePlan;
  readonly publisher: Publisher;
  readonly ledger: MessageLedger;
  readonly clock: Clock;
  readonly random: RandomStream;
  readonly sinceStart: () => number;
  /** Nothing was heard for so long: nothing more will be. */
  readonly quietMs: number;
}

/** Sends messages at a rate, and more where fewer than the backlog are out. */
export class MessageLoad {
  readonly #stopping = new AbortController();
  readonly #publishing = new Set<Promise<void>>();
  #filling: Promise<void> | undefined;
  #cancelArrival: () => void = () => undefined;

  constructor(private readonly world: MessageLoadWorld) {}

  start(): void {
    this.#arrive();
    this.#filling = this.#fill();
  }

  /** Sends nothing more, and resolves when all that was sent is over, when nothing is heard any more, or when `signal` fires. */
  async stop(signal: AbortSignal): Promise<void> {
    const { clock, ledger, sinceStart, quietMs } = this.world;
    this.#cancelArrival();
    this.#stopping.abort();
    await this.#filling;
    while (this.#publishing.size > 0) await Promise.all(this.#publishing);
    const stoppedAt = sinceStart();
    const isQuiet = (): boolean => sinceStart() - Math.max(ledger.changedAt, stoppedAt) > quietMs;
    while (!signal.aborted && ledger.outstanding > 0 && !isQuiet()) await elapsed(clock, LOOK_MS, signal);
  }

  /** The schedule is the same with the same seed, whatever the service does. */
  #arrive(): void {
    const { plan, clock, random } = this.world;
    if (plan.perSecond === 0) return;
    let at = clock.now();
    const next = (): void => {
      at += random.untilNext(plan.perSecond);
      this.#cancelArrival = clock.after(Math.max(0, at - clock.now()), () => {
        this.#send();
        next();
      });
    };
    next();
  }

  async #fill(): Promise<void> {
    const { plan, clock, ledger } = this.world;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const missing = Math.min(plan.backlog - ledger.outstanding, MOST_AT_A_LOOK);
      for (let count = 0; count < missing; count += 1) this.#send();
      await elapsed(clock, LOOK_MS, signal);
    }
  }

  #send(): void {
    if (this.#publishing.size >= MOST_IN_FLIGHT) return;
    const publishing = this.world.publisher.publish(this.world.ledger.begin());
    this.#publishing.add(publishing);
    void publishing.finally(() => this.#publishing.delete(publishing));
  }
}
