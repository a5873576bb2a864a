import { nextTurn } from '../../deadline/clock.js';
import { type Deadline } from '../../deadline/deadline.js';
import { type RedisSubscriber, redisSubscriberOf, serverOptionsOf } from '../../internals/broker-clients.js';
import { adviseOnEvents, type BrokerAdvice } from './broker-advice.js';
import { subscribedPatterns, type SubscribingServer } from './broker-patterns.js';
import { Replies } from './replies.js';
import { type Connections, type ConnectionsParts } from './transport-server.js';

/** How long Redis may take to say that it sends no more. */
const UNSUBSCRIBE_MS = 1000;
/** How long Redis may take to take the last replies. */
const REPLY_MS = 1000;

/**
 * The two connections of Nest's Redis transport. It takes no more from the moment that Redis has confirmed; what Redis had
 * sent by then has been handed over before, because a connection keeps its order. ioredis forgets the channels, so that it
 * subscribes to none of them when it connects again.
 */
export class RedisSubscriptions implements Connections {
  readonly isRefusing = false;
  hasStoppedIntake = false;
  readonly #replies: Replies;
  /** Replies that had failed before the stop, as when Redis was away for a while. */
  #failedBefore = 0;

  constructor(
    private readonly server: SubscribingServer,
    private readonly parts: ConnectionsParts,
  ) {
    this.#replies = new Replies(server, parts.clock);
  }

  async stopAccepting(deadline: Deadline): Promise<void> {
    this.#failedBefore = this.#replies.failed;
    const subscriber = this.parts.guard('unwrap() of the Redis server', undefined, () =>
      redisSubscriberOf(this.server),
    );
    if (subscriber === undefined) return;
    const unsubscribe = (): Promise<void> => this.#unsubscribe(subscriber);
    // What could not be sent, because there was no connection, is sent on the next one, which has subscribed again.
    this.parts.guard('on() of a Redis client', undefined, () => subscriber.on('ready', () => void unsubscribe()));
    await deadline.within(UNSUBSCRIBE_MS).settle(unsubscribe());
    // What has come is handed to its handler in this turn.
    await nextTurn();
  }

  advice(): BrokerAdvice[] {
    return adviseOnEvents('Redis', this.server, this.parts.guard);
  }

  isTooLate(): boolean {
    return false;
  }

  async leave(deadline: Deadline): Promise<void> {
    await this.#replies.allLeft(deadline.within(REPLY_MS));
  }

  terminate(): void {
    const { onTheWay, failed } = this.#replies;
    const count = onTheWay + failed - this.#failedBefore;
    if (count > 0) this.parts.onCut([{ kind: 'message', name: `${count} replies to Redis`, ageMs: 0 }]);
  }

  async #unsubscribe(subscriber: RedisSubscriber): Promise<void> {
    if (this.hasStoppedIntake) return;
    const channels = subscribedPatterns(this.server, this.parts.guard);
    const hasWildcards = Boolean(serverOptionsOf(this.server)['wildcards']);
    const unsubscribed = this.parts.guard<Promise<unknown> | undefined>(
      'unsubscribe() of a Redis client',
      undefined,
      () => (hasWildcards ? subscriber.punsubscribe(...channels) : subscriber.unsubscribe(...channels)),
    );
    // That it failed has been told by the guard.
    this.hasStoppedIntake = await Promise.resolve(unsubscribed).then(
      (answer) => answer !== undefined,
      () => false,
    );
  }
}
