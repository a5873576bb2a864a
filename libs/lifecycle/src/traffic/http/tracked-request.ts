import { type ServerResponse } from 'node:http';
import { type Work, type WorkName } from '../../in-flight/work.js';
import { type Notices } from '../../in-flight/notices.js';
import { isPromiseLike } from '../wire/promise-like.js';
import { type RoutedRequest } from './routed-request.js';

/**
 * The record of the request a response answers: one property instead of a map, because it costs nothing to look up. Known
 * to every copy of this package that is loaded.
 */
const TRACKED = Symbol.for('nestjs-lifecycle.request');

/** A response with its record on it. */
export interface TrackedResponse extends ServerResponse {
  [TRACKED]?: TrackedRequest;
}

/** The connection that a request has come on, as far as it is asked for by its requests. */
export interface RequestConnection {
  readonly isHttp2: boolean;
  readonly isIdle: boolean;
  readonly notices: Notices;
  /** Whether it is known that this side has ended it, or will. */
  readonly isEndedHere: boolean;
  /** Whether its peer has ended it, where that is known. */
  readonly hasPeerLeft: boolean;
  /** The answer to a request is over. */
  end(request: TrackedRequest): void;
  /** A request has been matched to a route of this pattern. */
  routed(request: TrackedRequest, pattern: string | undefined): void;
  /** A request has ended at this moment, in monotonic milliseconds. */
  idleFrom(now: number): void;
  /** Cuts an answer that has begun. */
  cut(response: ServerResponse): void;
  hangUp(): void;
  closeIdle(): Promise<void>;
  destroy(): void;
}

/**
 * What a request is to the drain: `awaited`; `exempt`, which nobody waits for, such as a probe; or `refused`, because it
 * came too late.
 */
export type RequestKind = 'awaited' | 'exempt' | 'refused';

/**
 * A request whose answer is unfinished, or whose handler still runs. Made for every request, so there is only this one
 * object, all its fields are there from the start, and what it is called is found out when that is asked for. Its parts are
 * its answer, the handler of its route, and resolvers; whether it is over is decided here, by those alone.
 */
export class TrackedRequest {
  /** Whether the answer is unfinished. */
  #isOpen = true;
  /** Whether the handler of its route runs. */
  #isHandled = false;
  /** Whether that handler does nothing but wait for its answer to be sent. */
  #awaitsAnswer = false;
  /** How many handlers run for it that are counted one by one: resolvers. */
  #resolvers = 0;
  /** What that handler returned, when it is a promise. */
  #outcome: PromiseLike<unknown> | undefined = undefined;
  /** Called once it is over, when its answer was over before. */
  #onOver: (() => void) | undefined = undefined;
  /** What calls of that handler are called in a stack: `Orders.pay`. */
  #frame: string | undefined = undefined;
  /** The framework's own request, where it is another than Node's. */
  #routed: RoutedRequest | undefined = undefined;
  #kind: RequestKind;

  constructor(
    readonly response: TrackedResponse,
    readonly connection: RequestConnection,
    /** Monotonic milliseconds. */
    readonly startedAt: number,
    kind: RequestKind,
  ) {
    this.#kind = kind;
    response[TRACKED] = this;
  }

  get kind(): RequestKind {
    return this.#kind;
  }

  /** Whether the answer is unfinished. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Whether the handler of its route runs. */
  get isHandled(): boolean {
    return this.#isHandled;
  }

  /** Whether that handler does more than wait for its answer to be sent. */
  get isWorkedOn(): boolean {
    return this.#isHandled && !this.#awaitsAnswer;
  }

  /** What goes on when the answer is over: the promise of its handler. */
  get leftRunning(): PromiseLike<unknown> | undefined {
    return this.#isHandled ? this.#outcome : undefined;
  }

  /** Whether it is answered or given up, and no handler goes on for it. */
  get isOver(): boolean {
    return !this.#isOpen && this.#resolvers === 0 && this.leftRunning === undefined;
  }

  /** What calls of its handler are called in a stack. */
  get frame(): string | undefined {
    return this.#frame;
  }

  /** What {@link patternOf} and the like are asked of. */
  get routed(): RoutedRequest | undefined {
    return this.#routed;
  }

  /** It has come to its route, in a framework whose request is not Node's. */
  routedAs(request: RoutedRequest): void {
    this.#routed = request;
  }

  /** It seemed to be exempt, and is not. */
  takeOut(): void {
    this.#kind = 'awaited';
  }

  /** Its answer is over, sent or not. Returns whether it was unfinished. */
  answerEnded(): boolean {
    const wasOpen = this.#isOpen;
    this.#isOpen = false;
    return wasOpen;
  }

  /** Calls `listener` once it is over; for one whose answer is, and that goes on. */
  whenOver(listener: () => void): void {
    this.#onOver = listener;
  }

  /** The handler of its route is about to be called; of another version or host, it may pass the request on to a second. */
  handlerCalled(frame: string | undefined): void {
    this.#isHandled = true;
    this.#frame = frame;
  }

  handlerReturned(result: unknown): void {
    if (isPromiseLike(result)) this.#outcome = both(this.#outcome, result);
    else if (this.#outcome === undefined) this.#isHandled = false;
  }

  /** Its handler has given its answer, so that is over. */
  handlerOver(): void {
    this.#isHandled = false;
    this.#tellIfOver();
  }

  /** Of one that answers by hand: it is over with its promise, unless it has passed the request on to another. */
  handlerOverWithOutcome(): void {
    const outcome = this.#outcome;
    const over = (): void => (this.#outcome === outcome ? this.handlerOver() : undefined);
    outcome?.then(over, over);
  }

  /**
   * Its handler begins, or ends, to do nothing but wait for its answer to be sent. Fastify's answer to a stream of HTTP/2
   * that is closed never comes to an end: a handler that begins to wait for it does nothing more.
   */
  handlerAwaitsAnswer(isAwaited: boolean): void {
    this.#awaitsAnswer = isAwaited;
    if (isAwaited && !this.#isOpen && this.connection.isHttp2) this.handlerOver();
  }

  resolverStarted(): void {
    this.#resolvers += 1;
  }

  resolverEnded(): void {
    this.#resolvers -= 1;
    this.#tellIfOver();
  }

  #tellIfOver(): void {
    if (this.#onOver === undefined || !this.isOver) return;
    const over = this.#onOver;
    this.#onOver = undefined;
    over();
  }
}

function both(outer: PromiseLike<unknown> | undefined, inner: PromiseLike<unknown>): PromiseLike<unknown> {
  return outer === undefined ? inner : Promise.allSettled([outer, inner]);
}

/** The request that a raw response answers. */
export function trackedBy(response: object & { [TRACKED]?: TrackedRequest }): TrackedRequest | undefined {
  return response[TRACKED];
}

/** A request as a piece of work that can be named: its answer, or its handler. */
export function asWork(
  { response, startedAt, frame }: TrackedRequest,
  kind: 'response' | 'handler',
  nameOf: (response: ServerResponse) => WorkName,
): Work {
  return { kind, startedAt, answer: response, describe: () => nameOf(response), frame: () => frame };
}
