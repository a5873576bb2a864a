import { Observable, tap } from 'rxjs';
import { type Clock, nextTurn } from '../../deadline/clock.js';
import { type Guard } from '../../errors/foreign-call.js';
import { type Work, type WorkName } from '../../in-flight/work.js';
import { type WorkSet } from '../../in-flight/work-set.js';
import { type ShutdownState } from '../../phase/shutdown-state.js';
import { AnswerStream, type StreamEnd } from '../long-lived/answer-stream.js';
import { type LongLivedWork } from '../../in-flight/work-source.js';
import { type Departures, timeToGo } from '../../in-flight/departures.js';
import { type Longevity } from '../long-lived/long-lived.decorator.js';
import { attachNotices, type Notices } from '../../in-flight/notices.js';
import { grpcCallOf, isByHand, isResponseStream, messageKeyOf } from './message-call.js';
import { leavingError } from './leaving-error.js';
import { type ClosedSockets, tcpSocketOf } from './tcp-client.js';

/** What is known of the handlers of one pattern. */
export interface HandlerKind {
  readonly name: string;
  readonly longevity: Longevity;
  /** Whether it is an event, which has no answer. */
  readonly isEvent: boolean;
  /** What calls of it are called in a stack. */
  readonly frame?: string;
}

/** What messages of all servers share. */
export interface RunParts {
  readonly clock: Clock;
  readonly running: WorkSet;
  /** Those that have to be asked to end. */
  readonly open: Set<MessageRun>;
  readonly notices: Notices;
  readonly departures: Departures;
  readonly sockets: ClosedSockets;
  readonly guard: Guard;
  readonly state: ShutdownState;
  /** A stream was ended that had more to say. */
  readonly onCutShort: (name: string) => void;
}

/** One message while it is worked on, to the end of its answer. */
export class MessageRun implements Work, LongLivedWork {
  readonly kind = 'message';
  readonly startedAt: number;
  readonly answer?: object;
  #stream: AnswerStream | undefined;
  #hasReturned = false;
  #isAnswered = true;
  #isClientGone = false;
  #isEnded = false;

  constructor(
    private readonly of: HandlerKind,
    private readonly args: unknown[],
    private readonly parts: RunParts,
  ) {
    this.startedAt = parts.clock.now();
    const key = messageKeyOf(args);
    if (key === undefined) return;
    this.answer = key;
    attachNotices(key, parts.notices);
  }

  describe(): WorkName {
    const { name, longevity } = this.of;
    return longevity === 'long-lived' ? { name, isLongLived: true } : { name };
  }

  frame(): string | undefined {
    return this.of.frame;
  }

  start(): void {
    this.parts.running.add(this);
    if (isByHand(this.args)) this.#followCall();
    if (this.of.longevity === 'long-lived') this.#open();
  }

  /** The handler has returned something that is no observable, or has failed. */
  returned(): void {
    this.#hasReturned = true;
    this.#endWhenAnswered();
  }

  /** The handler has returned an observable, to which the server subscribes in this turn. */
  streams(answers: Observable<unknown>): Observable<unknown> {
    let isSubscribed = false;
    void nextTurn().then(() => (isSubscribed ? undefined : this.returned()));
    return new Observable((subscriber) => {
      isSubscribed = true;
      this.#isEnded = false;
      this.parts.running.add(this);
      const stream = this.#createStream((how) => {
        if (this.#mayComplete(how)) subscriber.complete();
        else subscriber.error(leavingError(this.args));
      });
      const subscription = answers.pipe(tap(() => this.#emitted(stream))).subscribe(subscriber);
      subscription.add(() => {
        stream.over();
        this.returned();
      });
      return subscription;
    });
  }

  leave(): void {
    const { notices } = this.parts;
    const { answer: key } = this;
    if (this.of.longevity === 'long-lived' && key !== undefined) {
      notices.fire(key, 'time-up', timeToGo('messages'));
      if (isByHand(this.args) && !notices.isSignalRead(key, 'time-up')) this.#endCall();
    }
    this.#stream?.leave();
  }

  #createStream(end: (how: StreamEnd) => void): AnswerStream {
    const { clock, departures, notices, onCutShort } = this.parts;
    const { answer: key } = this;
    const stream = new AnswerStream({
      clock,
      longevity: this.of.longevity,
      readsSignal: () => key !== undefined && notices.isSignalRead(key, 'time-up'),
      shareMs: () => departures.shareMs,
      end: (how) => {
        if (how === 'cut-short') onCutShort(this.of.name);
        end(how);
      },
    });
    this.#stream = stream;
    this.#open();
    return stream;
  }

  /** A client that is sent an error knows that there may have been more; one of gRPC has had its one answer by then. */
  #mayComplete(how: StreamEnd): boolean {
    const { longevity, isEvent } = this.of;
    if (isEvent || longevity !== 'short') return true;
    const call = grpcCallOf(this.args);
    return call !== undefined && how === 'completed' && !isResponseStream(call);
  }

  /** It has to be ended by the drain, and its client is watched: when that has gone, the drain no longer waits for it. */
  #open(): void {
    const { open, departures, guard, sockets } = this.parts;
    if (!open.has(this)) {
      open.add(this);
      const socket = guard('getSocketRef() of a message', undefined, () => tcpSocketOf(this.answer));
      if (socket !== undefined) sockets.once(socket, this.#clientGone);
      grpcCallOf(this.args)?.once('cancelled', this.#clientGone);
    }
    departures.opened(this);
  }

  readonly #clientGone = (): void => {
    this.#isClientGone = true;
    this.#forgetUnheard();
  };

  #emitted(stream: AnswerStream): void {
    stream.emitted();
    if (this.#isClientGone) this.#forgetUnheard();
  }

  /** A stream whose client has gone is no work. One that has emitted nothing yet may still write to the database. */
  #forgetUnheard(): void {
    const { longevity } = this.of;
    if (longevity === 'finite' || (longevity === 'short' && this.#stream?.isStreaming !== true)) return;
    this.#end();
  }

  /** A handler that answers by hand has returned long before its call is over. */
  #followCall(): void {
    const call = grpcCallOf(this.args);
    const [, callback] = this.args;
    this.#isAnswered = false;
    const answered = (): void => {
      this.#isAnswered = true;
      this.#endWhenAnswered();
    };
    for (const event of ['cancelled', 'finish', 'close']) call?.once(event, answered);
    if (typeof callback !== 'function') return;
    this.args[1] = (...answer: unknown[]): unknown => {
      answered();
      return Reflect.apply(callback, undefined, answer) as unknown;
    };
  }

  #endCall(): void {
    const call = grpcCallOf(this.args);
    this.parts.guard('end() of a gRPC call', undefined, () => call?.end?.());
  }

  #endWhenAnswered(): void {
    if (this.#hasReturned && this.#isAnswered) this.#end();
  }

  /** Nest sends the answer a tick after the handler has ended; while shutting down that tick matters. */
  #end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.parts.open.delete(this);
    if (!this.parts.state.hasBegun) this.parts.running.remove(this);
    else void nextTurn().then(() => (this.#isEnded ? this.parts.running.remove(this) : undefined));
  }
}
