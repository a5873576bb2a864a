import { type Replies } from './replies.js';

/**
 * How far it is known that a broker has got the replies to it, which a round trip on their connection shows: the broker answers
 * in the order in which it was sent. What was under way on a connection that is lost is gone, and its client does not say so.
 */
export class ReplyReceipts {
  /** How many it has got; `undefined` until a round trip has shown it. */
  #received: number | undefined;
  #mayBeLost = false;
  /** Replies that had failed before the stop. */
  #failedBefore = 0;

  constructor(private readonly replies: Replies) {}

  /** Replies that fail from now on are lost with this shutdown. */
  begin(): void {
    this.#failedBefore = this.replies.failed;
  }

  /** Begins a round trip, which resolves to `true` when the broker has answered. */
  async confirm(roundTrip: () => Promise<boolean>): Promise<void> {
    const { begun, onTheWay, failed } = this.replies;
    if (await roundTrip()) this.#received = begun - onTheWay - (failed - this.#failedBefore);
  }

  connectionLost(): void {
    this.#mayBeLost ||= this.#unconfirmed > 0;
  }

  /** What the report calls the replies that are lost; `undefined` where the broker has got them all. */
  cut(broker: string): string | undefined {
    if (this.#unconfirmed === 0 && !this.#mayBeLost) return undefined;
    const isCounted = this.#received !== undefined && !this.#mayBeLost;
    return isCounted ? `${this.#unconfirmed} replies to ${broker}` : `replies to ${broker} that it may not have got`;
  }

  get #unconfirmed(): number {
    return this.replies.begun - (this.#received ?? 0);
  }
}
