import { isObservable, Observable } from 'rxjs';
import { type Clock, nextTurn } from '../../deadline/clock.js';
import { type InFlightWork, type Work, type WorkName, WorkSet } from '../../in-flight/in-flight-work.js';
import { isPromiseLike } from '../promise-like.js';
import { type OpenConnection, type Run } from './open-connection.js';

/** What is called when a message comes; Nest has bound it to its gateway and client. */
export type MessageCallback = (...args: unknown[]) => unknown;

/** A message handler of a gateway, as it is counted. */
export interface GatewayMessage {
  /** `ChatGateway.onMessage`, or the message where several gateways take it. */
  readonly name: string;
  /** Whether its answers are a stream that goes on until somebody ends it. */
  readonly isLongLived: boolean;
}

interface GatewayWorkParts {
  readonly clock: Clock;
  readonly isShuttingDown: () => boolean;
  readonly connectionOf: (client: object) => OpenConnection | undefined;
  /** Of a `handleDisconnect` that failed while the service leaves. */
  readonly onError: (origin: string, error: unknown) => void;
}

/** One message while it is worked on. */
interface MessageRun extends Run {
  readonly work: Work;
  readonly connection: OpenConnection | undefined;
  hasEnded: boolean;
}

/**
 * Counts what gateways work on: messages, from their arrival to their last answer, guards and pipes included, whether or
 * not the client is still there; and disconnects, which Nest does not wait for.
 */
export class GatewayWork {
  readonly #running: WorkSet;

  constructor(
    inFlight: InFlightWork,
    private readonly parts: GatewayWorkParts,
  ) {
    this.#running = new WorkSet(inFlight.settled);
    inFlight.addSource(this.#running);
  }

  /** A message handler of one client that is counted while it runs. */
  counted(client: object, callback: MessageCallback, { name, isLongLived }: GatewayMessage): MessageCallback {
    const describe = (): WorkName => (isLongLived ? { name, isLongLived } : { name });
    const connection = this.parts.connectionOf(client);
    return async (...args) => {
      const work: Work = { kind: 'message', startedAt: this.parts.clock.now(), describe, answer: client };
      const run: MessageRun = { work, connection, isLongLived, hasEnded: false };
      this.#running.add(work);
      connection?.started(run);
      try {
        const result: unknown = await callback(...args);
        if (isObservable(result)) return this.#countedAnswers(result, run);
        this.#end(run);
        return result;
      } catch (error) {
        this.#end(run);
        throw error;
      }
    };
  }

  /**
   * Waits for what a `handleDisconnect` has returned. Before the shutdown a rejection nobody handles is left to Node, as
   * without us; while the service leaves it is reported instead, because it would end the process in the middle.
   */
  disconnecting(name: string, result: unknown): unknown {
    if (!isPromiseLike(result)) return result;
    const work: Work = { kind: 'handler', startedAt: this.parts.clock.now(), describe: () => ({ name }) };
    this.#running.add(work);
    void this.#untilSettled(result, work);
    return result;
  }

  async #untilSettled(result: PromiseLike<unknown>, work: Work): Promise<void> {
    try {
      await result;
    } catch (error) {
      if (!this.parts.isShuttingDown()) throw error;
      this.parts.onError(work.describe().name, error);
    } finally {
      this.#running.remove(work);
    }
  }

  /** Nest only subscribes when the client is still there, within the turn. */
  #countedAnswers(answers: Observable<unknown>, run: MessageRun): Observable<unknown> {
    let isSubscribed = false;
    void nextTurn().then(() => (isSubscribed ? undefined : this.#end(run)));
    return new Observable((subscriber) => {
      isSubscribed = true;
      const subscription = answers.subscribe(subscriber);
      subscription.add(() => this.#end(run));
      if (run.isLongLived) subscription.add(run.connection?.streams(() => subscriber.complete()));
      return subscription;
    });
  }

  /** Nest sends the answer a few microtasks after the handler has ended; while shutting down they matter. */
  #end(run: MessageRun): void {
    if (run.hasEnded) return;
    run.hasEnded = true;
    if (!this.parts.isShuttingDown()) this.#remove(run);
    else void nextTurn().then(() => this.#remove(run));
  }

  #remove(run: MessageRun): void {
    this.#running.remove(run.work);
    run.connection?.ended(run);
  }
}
