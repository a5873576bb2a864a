import { type Clock } from '../../deadline/clock.js';
import { type Deadline } from '../../deadline/deadline.js';
import { type InFlightWork } from '../../in-flight/in-flight-work.js';
import { FollowedCalls } from '../followed-calls.js';
import { type FollowedConnection } from './followed-connection.js';

/** How often unconfirmed messages are counted: there is no event for a confirmation. */
const LOOK_MS = 5;

/**
 * The messages of the package, each in flight from its delivery to its acknowledgement; the answer of an RPC is confirmed by the
 * broker before that. Consumers are cancelled at the signal. Its consumer of answers is not: requests that are in flight may wait for one.
 */
export class RabbitMessages extends FollowedCalls {
  readonly #connections = new Map<object, FollowedConnection>();

  constructor(
    private readonly time: Clock,
    inFlight: InFlightWork,
  ) {
    super('rabbitmq', 'message', time, inFlight);
  }

  has(connection: object): boolean {
    return this.#connections.has(connection);
  }

  add(connection: object, followed: FollowedConnection): void {
    this.#connections.set(connection, followed);
  }

  async stopIntake(deadline: Deadline): Promise<void> {
    await deadline.settle(Promise.all(this.#all().map(async (connection) => connection.stop())));
  }

  /** The package waits for its messages before it closes the channel, which gives back to the broker what was not acknowledged. */
  terminate(): void {
    for (const connection of this.#all()) connection.forget();
  }

  /** What was published by the hooks, too, is confirmed before the package closes its channels. */
  async afterHooks(deadline: Deadline): Promise<void> {
    while (this.#all().some(({ hasUnconfirmed }) => hasUnconfirmed) && !deadline.isPast) {
      await new Promise<void>((resolve) => this.time.after(LOOK_MS, resolve));
    }
  }

  undo(): void {
    for (const connection of this.#all()) connection.undo();
  }

  #all(): FollowedConnection[] {
    return [...this.#connections.values()];
  }
}
