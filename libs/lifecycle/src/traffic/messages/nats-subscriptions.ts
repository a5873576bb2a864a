import { nextTurn } from '../../deadline/clock.js';
import { type Deadline } from '../../deadline/deadline.js';
import { isObject } from '../../errors/foreign-value.js';
import { type NatsConnection, natsConnectionOf, natsSubscriptionsOf } from '../../internals/broker-clients.js';
import { putMethod } from '../../patching/replace-method.js';
import { adviseOnEvents, type BrokerAdvice } from './broker-advice.js';
import { type SubscribingServer } from './broker-patterns.js';
import { Replies } from './replies.js';
import { ReplyReceipts } from './reply-receipts.js';
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
  readonly #receipts: ReplyReceipts;

  constructor(
    private readonly server: SubscribingServer,
    private readonly parts: ConnectionsParts,
  ) {
    this.#replies = new Replies(server, parts.clock);
    this.#receipts = new ReplyReceipts(this.#replies);
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
    this.#receipts.begin();
    void this.#watch();
    void this.#receipts.confirm(this.#isFlushed);
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
    await deadline.within(FLUSH_MS).settle(this.#receipts.confirm(this.#isFlushed));
  }

  terminate(): void {
    const cut = this.#receipts.cut('NATS');
    if (cut !== undefined) this.parts.onCut([{ kind: 'message', name: cut, ageMs: 0 }]);
    // With `gracefulShutdown` Nest would wait for `gracePeriod` now, for what has been waited for.
    if (this.hasStoppedIntake) putMethod(this.server, 'waitForGracePeriod', () => Promise.resolve());
  }

  get #connection(): NatsConnection | undefined {
    const connection = natsConnectionOf(this.server);
    return connection === undefined || connection.isClosed() ? undefined : connection;
  }

  readonly #isFlushed = async (): Promise<boolean> => {
    const flush = (): Promise<unknown> | undefined => this.#connection?.flush();
    const flushed = this.parts.guard('flush() of NATS', undefined, flush);
    if (flushed === undefined) return false;
    return flushed.then(
      () => true,
      () => false,
    );
  };

  async #watch(): Promise<void> {
    const read = (): AsyncIterable<unknown> | undefined => this.#connection?.status?.();
    const states = this.parts.guard('status() of NATS', undefined, read);
    try {
      for await (const state of states ?? []) {
        if (isObject(state) && state['type'] === 'disconnect') this.#receipts.connectionLost();
      }
    } catch {
      // A client that cannot say what becomes of its connection.
    }
  }
}
