import { type Deadline } from '../../deadline/deadline.js';
import { type Connections, type ConnectionsParts } from './transport-server.js';

/** How often it is looked whether the broker has confirmed the last reply: no event says so. */
const LOOK_MS = 5;
/** How long a broker may take to confirm. */
const CONFIRM_MS = 1000;

/** The replies of Nest's RabbitMQ transport. Closing its channel before they are confirmed rejects what nobody catches. */
export class RmqReplies implements Connections {
  readonly isRefusing = false;

  constructor(
    private readonly server: object,
    private readonly parts: ConnectionsParts,
  ) {}

  async stopAccepting(): Promise<void> {
    // The broker goes on to deliver.
  }

  isTooLate(): boolean {
    return false;
  }

  async leave(deadline: Deadline): Promise<void> {
    const until = deadline.within(CONFIRM_MS);
    while (unconfirmedOf(this.server) > 0 && !until.isPast) {
      await new Promise<void>((resolve) => this.parts.clock.after(LOOK_MS, resolve));
    }
  }

  terminate(): void {
    const count = unconfirmedOf(this.server);
    if (count > 0) this.parts.onCut([{ kind: 'message', name: `${count} replies to RabbitMQ`, ageMs: 0 }]);
  }
}

/**
 * How many replies the broker has not confirmed. The channel is private in Nest (read in 11.2.6 and 12.1.1), what it keeps
 * in amqp-connection-manager (read in 5.0.0); where they have gone, none are seen and nothing is waited for.
 */
function unconfirmedOf(server: object): number {
  const channel: unknown = Reflect.get(server, 'channel');
  if (typeof channel !== 'object' || channel === null) return 0;
  return ['_messages', '_unconfirmedMessages'].reduce((sum, name) => {
    const messages: unknown = Reflect.get(channel, name);
    return sum + (Array.isArray(messages) ? messages.length : 0);
  }, 0);
}
