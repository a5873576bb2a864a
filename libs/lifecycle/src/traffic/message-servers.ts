import { finalize, isObservable } from 'rxjs';
import { type Clock } from '../deadline/clock.js';
import { type InFlightWork, type Work, WorkSet } from '../in-flight/in-flight-work.js';

/** A message handler of a microservice, as its server keeps it: a function with fields (`isEventHandler`, `next`). */
type MessageHandler = ((...args: unknown[]) => unknown) & object;

/** The part of a Nest microservice server used here. */
export interface MessageServer {
  listen(callback: (...args: unknown[]) => void): unknown;
  close(): unknown;
  getHandlers?(): Map<string, MessageHandler>;
  readonly transportId?: number | symbol;
}

/** Transports of Nest that accept connections; the others pull from a broker. `Transport` in @nestjs/microservices 11 and 12. */
const LISTENING_TRANSPORTS: ReadonlySet<unknown> = new Set([0, 4]);

/**
 * Counts the messages microservice servers are working on. Their handlers are wrapped where the transport finds them,
 * which sees guards and pipes too, and hybrid applications, where global interceptors do not run.
 */
export class MessageServers {
  readonly #running: WorkSet;
  readonly #listening = new Set<MessageServer>();

  constructor(
    private readonly clock: Clock,
    inFlight: InFlightWork,
    private readonly isShuttingDown: () => boolean,
  ) {
    this.#running = new WorkSet(inFlight.settled);
    inFlight.addSource(this.#running);
  }

  /** Whether a server accepts connections from routers, which have to be told first. */
  get isListening(): boolean {
    return [...this.#listening].some((server) => LISTENING_TRANSPORTS.has(server.transportId));
  }

  /**
   * Follows a server: `onListening` once it listens; `beforeClose` is awaited before it closes, because Nest closes the
   * server of a pure microservice before any shutdown hook.
   */
  follow(server: MessageServer, { onListening, beforeClose }: ServerSteps): void {
    const listen = server.listen.bind(server);
    const close = server.close.bind(server);
    server.listen = (callback) => {
      this.#countHandlers(server);
      return listen((...args) => {
        if (!(args[0] instanceof Error)) {
          this.#listening.add(server);
          onListening();
        }
        callback(...args);
      });
    };
    server.close = async () => {
      await beforeClose();
      this.#listening.delete(server);
      return close();
    };
  }

  #countHandlers(server: MessageServer): void {
    const handlers = server.getHandlers?.();
    for (const [pattern, handler] of handlers ?? []) handlers?.set(pattern, this.#counted(pattern, handler));
  }

  #counted(pattern: string, handler: MessageHandler): MessageHandler {
    const counted = async (...args: unknown[]): Promise<unknown> => {
      const work: Work = { kind: 'message', startedAt: this.clock.now(), describe: () => ({ name: pattern }) };
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

  /** Nest sends the reply a tick after the handler has ended; while shutting down that tick matters. */
  #end(work: Work): void {
    if (this.isShuttingDown()) setImmediate(() => this.#running.remove(work));
    else this.#running.remove(work);
  }
}

interface ServerSteps {
  readonly onListening: () => void;
  readonly beforeClose: () => Promise<void>;
}
