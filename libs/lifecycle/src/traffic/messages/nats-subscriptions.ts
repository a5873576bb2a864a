import { nextTurn } from '../../deadline/clock.js';
import { type Deadline } from '../../deadline/deadline.js';
import { natsConnectionOf, natsSubscriptionsOf } from '../../internals/broker-clients.js';
import { putMethod } from '../../patching/replace-method.js';
import { adviseOnEvents, type BrokerAdvice } from './broker-advice.js';
import { type SubscribingServer } from './broker-patterns.js';
import { Replies } from './replies.js';
import { type Connections, type ConnectionsParts } from './transport-server.js';

/** How long the server may take to say that it sends no more. */
const DRAIN_MS = 1000;
/** How long the last replies may take to the server. */
const FLUSH_MS = 1000;

/**
 * The connection of Nest's NATS transport. Its subscriptions are drained, not dropped: what the server had sent by then still
 * comes to its handler. A subscription that is closed is not made again on the next connection.
 */
export class NatsSubscriptions implements Connections {
  readonly isRefusing = false;
  readonly #replies: Replies;
  /** How many replies the server has got, as far as it is known. */
  #flushed = 0;

  constructor(
    private readonly server: SubscribingServer,
    private readonly parts: ConnectionsParts,
  ) {
    this.#replies = new Replies(server, parts.clock);
  }

  get hasStoppedIntake(): boolean {
    const { guard } = this.parts;
    return guard('isClosed() of a NATS subscription', false, () => {
      const subscriptions = natsSubscriptionsOf(this.server);
      return subscriptions !== undefined && subscriptions.every((subscription) => subscription.isClosed());
    });
  }

  async stopAccepting(deadline: Deadline): Promise<void> {
    const { guard } = this.parts;
    // The client has sent them long ago.
    this.#flushed = this.#replies.begun;
    const subscriptions = guard('reading the subscriptions of NATS', undefined, () => natsSubscriptionsOf(this.server));
    const drained = (subscriptions ?? []).map(async (subscription) =>
      guard<Promise<unknown> | undefined>('drain() of a NATS subscription', undefined, () =>
        subscription.isClosed() ? undefined : subscription.drain(),
      ),
    );
    // One that fails stays open, which `hasStoppedIntake` sees.
    await deadline.within(DRAIN_MS).settle(Promise.allSettled(drained));
    // What has come is handed to its handler in this turn.
    await nextTurn();
  }

  advice(): BrokerAdvice[] {
    return adviseOnEvents('NATS', this.server, this.parts.guard);
  }

  isTooLate(): boolean {
    return false;
  }

  async leave(deadline: Deadline): Promise<void> {
    await this.#replies.allLeft(deadline.within(FLUSH_MS));
    const { begun, onTheWay } = this.#replies;
    const { guard } = this.parts;
    const flushed = guard<Promise<unknown> | undefined>('flush() of NATS', undefined, () => {
      const connection = natsConnectionOf(this.server);
      return connection === undefined || connection.isClosed() ? undefined : connection.flush();
    });
    const { how } = await deadline.within(FLUSH_MS).settle(Promise.resolve(flushed));
    if (how === 'done') this.#flushed = begun - onTheWay;
  }

  terminate(): void {
    const count = this.#replies.begun - this.#flushed;
    if (count > 0) this.parts.onCut([{ kind: 'message', name: `${count} replies to NATS`, ageMs: 0 }]);
    // With `gracefulShutdown` Nest would wait for `gracePeriod` now, for what has been waited for.
    if (this.hasStoppedIntake) putMethod(this.server, 'waitForGracePeriod', () => Promise.resolve());
  }
}
