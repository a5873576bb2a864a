import { type Clock } from '../../deadline/clock.js';
import { type InFlightWork } from '../../in-flight/in-flight-work.js';
import { type MessageServer } from './followed-server.js';
import { messageIntake } from './message-intake.js';
import { type MessageContext, MessageServers, type ServerSteps } from './message-servers.js';

/** The messages of all microservice servers of an application: one source for each moment at which intakes stop. */
export class MessageSources {
  /** Of servers that clients connect to. */
  readonly connected: MessageServers;
  /** Of servers that pull from a broker. */
  readonly pulled: MessageServers;
  /** Of servers with a queue of their own, which may have the replies that work in flight waits for. */
  readonly own: MessageServers;

  constructor(
    clock: Clock,
    inFlight: InFlightWork,
    private readonly context: MessageContext,
  ) {
    this.connected = new MessageServers(clock, inFlight, context, { name: 'messages', intake: 'drain-begin' });
    this.pulled = new MessageServers(clock, inFlight, context, { name: 'broker messages', intake: 'lame-duck' });
    this.own = new MessageServers(clock, inFlight, context, { name: 'messages of own queues', intake: 'drain' });
  }

  /** Follows a server, as {@link MessageServers.follow} does. */
  follow(server: MessageServer, steps: ServerSteps): void {
    const sources = { 'lame-duck': this.pulled, drain: this.own, 'drain-begin': this.connected };
    sources[messageIntake(server, this.context.guard)].follow(server, steps);
  }
}
