import { finalize, isObservable } from 'rxjs';
import { type Clock, nextTurn } from '../deadline/clock.js';
import { type Deadline } from '../deadline/deadline.js';
import { type InFlightWork, type Work, WorkSet } from '../in-flight/in-flight-work.js';
import { attachNotices, type Notices } from './notices.js';
import { type TcpSockets, tcpSockets } from './tcp-sockets.js';

/** A message handler of a microservice, as its server keeps it: a function with fields (`isEventHandler`, `next`). */
type MessageHandler = ((...args: unknown[]) => unknown) & object;

/** The part of a Nest microservice server used here. */
export interface MessageServer {
  listen(callback: (...args: unknown[]) => void): unknown;
  close(): unknown;
  unwrap?(): unknown;
  getHandlers?(): Map<string, MessageHandler>;
  readonly transportId?: number | symbol;
}

interface MessageContext {
  readonly notices: Notices;
  readonly isShuttingDown: () => boolean;
}

/** Transports of Nest that accept connections; the others pull from a broker. `Transport` in @nestjs/microservices 11 and 12. */
const LISTENING_TRANSPORTS: ReadonlySet<unknown> = new Set([0, 4]);

/**
 * Counts the messages microservice servers are working on. Their handlers are wrapped where the transport finds them,
 * which sees guards and pipes too, and hybrid applications, where global interceptors do not run.
 */
export class MessageServers {
  readonly #running: WorkSet;
  readonly #followed = new Map<MessageServer, FollowedServer>();

  constructor(
    private readonly clock: Clock,
    inFlight: InFlightWork,
    private readonly context: MessageContext,
  ) {
    this.#running = new WorkSet(inFlight.settled);
    inFlight.addSource(this.#running);
  }

  /** Whether a server accepts connections from routers, which have to be told first. */
  get isListening(): boolean {
    return [...this.#followed].some(
      ([{ transportId }, { isListening }]) => isListening && LISTENING_TRANSPORTS.has(transportId),
    );
  }

  /**
   * Takes no more messages where that can be done without losing the answers of those that run: a TCP server accepts
   * no more connections and reads no more from those it has. Others go on until {@link close}.
   */
  stopIntake(): void {
    for (const { sockets } of this.#followed.values()) sockets?.stopReading();
  }

  /** Closes every server, once nothing runs any more: what hooks are about to close must not be asked for again. */
  async close(deadline: Deadline): Promise<void> {
    const closing = [...this.#followed.values()].filter(({ isListening }) => isListening).map(({ close }) => close());
    // How it went is for Nest to hear, which closes them too and gets the same promise.
    await deadline.settle(Promise.allSettled(closing));
  }

  /**
   * Follows a server: `onListening` once it listens; `beforeClose` is awaited before it closes, because Nest closes the
   * server of a pure microservice before any shutdown hook.
   */
  follow(server: MessageServer, { onListening, beforeClose }: ServerSteps): void {
    const listen = server.listen.bind(server);
    const followed = new FollowedServer(server.close.bind(server));
    this.#followed.set(server, followed);
    server.listen = (callback) => {
      this.#countHandlers(server);
      return listen((...args) => {
        if (!(args[0] instanceof Error)) {
          followed.listens(server);
          onListening();
        }
        callback(...args);
      });
    };
    server.close = async () => {
      await beforeClose();
      return followed.close();
    };
  }

  #countHandlers(server: MessageServer): void {
    const handlers = server.getHandlers?.();
    for (const [pattern, handler] of handlers ?? []) handlers?.set(pattern, this.#counted(pattern, handler));
  }

  #counted(pattern: string, handler: MessageHandler): MessageHandler {
    const counted = async (...args: unknown[]): Promise<unknown> => {
      const work = this.#workOf(pattern, args);
      this.#running.add(work);
      try {
        const result = await handler(...args);
        if (isObservable(result)) return result.pipe(finalize(() => this.#end(work)));
        this.#end(work);
        return result;
      } catch (error) {
        this.#end(work);
        throw error;
      }
    };
    return Object.assign(counted, handler);
  }

  /** Goes by Nest's context of the message, for whoever asks to be told. */
  #workOf(pattern: string, [, context]: readonly unknown[]): Work {
    const work: Work = { kind: 'message', startedAt: this.clock.now(), describe: () => ({ name: pattern }) };
    if (typeof context !== 'object' || context === null) return work;
    attachNotices(context, this.context.notices);
    return { ...work, answer: context };
  }

  /** Nest sends the reply a tick after the handler has ended; while shutting down that tick matters. */
  #end(work: Work): void {
    if (this.context.isShuttingDown()) void nextTurn().then(() => this.#running.remove(work));
    else this.#running.remove(work);
  }
}

/** A server, what it accepts, and its own way to close, taken once. */
class FollowedServer {
  isListening = false;
  sockets: TcpSockets | undefined;
  #closed: Promise<unknown> | undefined;

  constructor(private readonly ownClose: () => unknown) {}

  listens(server: MessageServer): void {
    this.isListening = true;
    this.sockets = tcpSockets(server);
  }

  readonly close = (): Promise<unknown> => {
    this.isListening = false;
    this.#closed ??= Promise.resolve().then(this.ownClose);
    return this.#closed;
  };
}

interface ServerSteps {
  readonly onListening: () => void;
  readonly beforeClose: () => Promise<void>;
}
