import { isObservable, Observable, tap } from 'rxjs';
import { type Clock, nextTurn } from '../../deadline/clock.js';
import { type InFlightWork } from '../../in-flight/in-flight-work.js';
import { type Work, type WorkName } from '../../in-flight/work.js';
import { CountedSource } from '../../in-flight/counted-source.js';
import { AnswerStream } from '../long-lived/answer-stream.js';
import { type LongLivedWork } from '../../in-flight/work-source.js';
import { type ShutdownState } from '../../phase/shutdown-state.js';
import { type Departures } from '../../in-flight/departures.js';
import { type Longevity } from '../long-lived/long-lived.decorator.js';
import { type Notices } from '../../in-flight/notices.js';
import { nameFrame } from '../../waits/named-frame.js';
import { isPromiseLike } from '../wire/promise-like.js';
import { type OpenConnection, type Run } from './open-connection.js';

/** The function that handles a message. Nest has bound it to its gateway and client. */
export type MessageCallback = (...args: unknown[]) => unknown;

/** A message handler of a gateway, with what is needed to count it. */
export interface GatewayMessage {
  /** `ChatGateway.onMessage`, or the message where several gateways handle it. */
  readonly name: string;
  /** Whether its answers are a stream that does not end by itself. */
  readonly longevity: Longevity;
}

interface GatewayWorkParts {
  readonly clock: Clock;
  readonly inFlight: InFlightWork;
  readonly state: ShutdownState;
  readonly connectionOf: (client: object) => OpenConnection | undefined;
  readonly departures: Departures;
  readonly notices: Notices;
  /** Called when a stream was ended while it was still emitting. */
  readonly onCutShort: (name: string) => void;
  /** Called when a `handleDisconnect` failed while the service leaves. */
  readonly onFailed: (origin: string, error: unknown) => void;
}

/** One message while its handler runs. */
interface MessageRun extends Run {
  readonly work: Work;
  readonly client: object;
  readonly longevity: Longevity;
  readonly connection: OpenConnection | undefined;
  hasEnded: boolean;
}

/**
 * Counts the work of gateways: messages, from their arrival to their last answer, including guards and pipes, even when
 * the client has gone; and disconnects, which Nest does not wait for.
 */
export class GatewayWork extends CountedSource {
  readonly name = 'messages of gateways';
  /** Streams to clients on connections of an unknown kind. */
  readonly #open = new Set<AnswerStream>();

  constructor(private readonly parts: GatewayWorkParts) {
    super(parts.inFlight);
  }

  longLived(): Iterable<LongLivedWork> {
    return this.#open;
  }

  /** The message handler of one client, counted while it runs. */
  counted(client: object, callback: MessageCallback, { name, longevity }: GatewayMessage): MessageCallback {
    const isLongLived = longevity === 'long-lived';
    const describe = (): WorkName => (isLongLived ? { name, isLongLived } : { name });
    const connection = this.parts.connectionOf(client);
    const counted = async (...args: unknown[]): Promise<unknown> => {
      const startedAt = this.parts.clock.now();
      const work: Work = { kind: 'message', startedAt, describe, answer: client, frame: () => frame };
      const run: MessageRun = { work, client, connection, longevity, isLongLived, hasEnded: false };
      this.running.add(work);
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
    const frame = nameFrame('message of a gateway', counted);
    return counted;
  }

  /**
   * Waits for what a `handleDisconnect` has returned. Before the shutdown an unhandled rejection is left to Node, as
   * without this module. While the service leaves it is reported instead, because it would end the process in the
   * middle of the shutdown.
   */
  disconnecting(name: string, result: unknown): unknown {
    if (!isPromiseLike(result)) return result;
    const work: Work = { kind: 'handler', startedAt: this.parts.clock.now(), describe: () => ({ name }) };
    this.running.add(work);
    void this.#untilSettled(result, work);
    return result;
  }

  async #untilSettled(result: PromiseLike<unknown>, work: Work): Promise<void> {
    try {
      await result;
    } catch (error) {
      if (!this.parts.state.hasBegun) throw error;
      this.parts.onFailed(work.describe().name, error);
    } finally {
      this.running.remove(work);
    }
  }

  /** Nest subscribes within the turn, and only if the client is still there. */
  #countedAnswers(answers: Observable<unknown>, run: MessageRun): Observable<unknown> {
    let isSubscribed = false;
    void nextTurn().then(() => (isSubscribed ? undefined : this.#end(run)));
    return new Observable((subscriber) => {
      isSubscribed = true;
      const stream = this.#createStream(run, () => subscriber.complete());
      const subscription = answers.pipe(tap(() => stream.emitted())).subscribe(subscriber);
      subscription.add(() => {
        stream.over();
        this.#open.delete(stream);
        this.#end(run);
      });
      subscription.add(this.#follow(stream, run));
      return subscription;
    });
  }

  /** The stream is ended when its connection leaves; without a known connection it leaves by itself. */
  #follow(stream: AnswerStream, { connection }: MessageRun): (() => void) | undefined {
    if (connection !== undefined) return connection.addStream(() => stream.leave());
    this.#open.add(stream);
    this.parts.departures.opened(stream);
    return undefined;
  }

  /** Completing it is enough here: the client learns from its connection that no more follows. */
  #createStream({ client, longevity, work }: MessageRun, complete: () => void): AnswerStream {
    const { clock, departures, notices, onCutShort } = this.parts;
    return new AnswerStream({
      clock,
      longevity,
      readsSignal: () => notices.isSignalRead(client, 'time-up'),
      shareMs: () => departures.shareMs,
      end: (how) => {
        if (how === 'cut-short') onCutShort(work.describe().name);
        complete();
      },
    });
  }

  /**
   * Nest sends the answer a few microtasks after the handler has ended, so during a shutdown the message counts a turn
   * longer.
   */
  #end(run: MessageRun): void {
    if (run.hasEnded) return;
    run.hasEnded = true;
    if (!this.parts.state.hasBegun) this.#remove(run);
    else void nextTurn().then(() => this.#remove(run));
  }

  #remove(run: MessageRun): void {
    this.running.remove(run.work);
    run.connection?.ended(run);
  }
}
