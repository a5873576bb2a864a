import { type ServerResponse } from 'node:http';
import { type Work, type WorkName } from '../../in-flight/work.js';
import { type Notices } from '../../in-flight/notices.js';
import { isPromiseLike } from '../wire/promise-like.js';
import { type RoutedRequest } from './routed-request.js';

/**
 * The record of a request, on its response: a property, because it costs less to look up than a map. All loaded copies
 * of this package share it.
 */
const TRACKED = Symbol.for('nestjs-lifecycle.request');

/** A response with its record on it. */
export interface TrackedResponse extends ServerResponse {
  [TRACKED]?: TrackedRequest;
}

/** The connection of a request, with the members that requests need. */
export interface RequestConnection {
  readonly isHttp2: boolean;
  readonly isIdle: boolean;
  readonly notices: Notices;
  /** Whether this side is known to have ended it. */
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
 * How the drain treats a request: `awaited`; `exempt`, such as a probe, which is not waited for; or `refused`, because
 * it came too late.
 */
export type RequestKind = 'awaited' | 'exempt' | 'refused';

/**
 * A request whose answer is unfinished, or whose handler still runs. There is one object for each request, all its
 * fields are set from the start, and its name is only put together when it is asked for. Its parts are its answer, the
 * handler of its route, and resolvers. It is over when all of them are.
 */
export class TrackedRequest {
  /** Whether the answer is unfinished. */
  #isOpen = true;
  /** Whether the handler of its route runs. */
  #isHandled = false;
  /** Whether that handler only waits for its answer to be sent. */
  #awaitsAnswer = false;
  /** How many resolvers run for it; they are counted one by one. */
  #resolvers = 0;
  /** The promise that the handler returned, if it returned one. */
  #outcome: PromiseLike<unknown> | undefined = undefined;
  /** Called once it is over, if that is later than the end of its answer. */
  #onOver: (() => void) | undefined = undefined;
  /** The name of its handler in a stack trace: `Orders.pay`. */
  #frame: string | undefined = undefined;
  /** The framework's own request, where that is not Node's. */
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

  /** The promise of its handler, which may still run when the answer is over. */
  get leftRunning(): PromiseLike<unknown> | undefined {
    return this.#isHandled ? this.#outcome : undefined;
  }

  /** Whether it is answered or given up, and no handler runs for it. */
  get isOver(): boolean {
    return !this.#isOpen && this.#resolvers === 0 && this.leftRunning === undefined;
  }

  /** The name of its handler in a stack trace. */
  get frame(): string | undefined {
    return this.#frame;
  }

  /** The framework's request, for {@link patternOf} and the like. */
  get routed(): RoutedRequest | undefined {
    return this.#routed;
  }

  /** It was matched to a route by a framework whose request is not Node's. */
  routedAs(request: RoutedRequest): void {
    this.#routed = request;
  }

  /** It seemed to be exempt, and its route is not. */
  takeOut(): void {
    this.#kind = 'awaited';
  }

  /** Its answer is over, sent or not. Returns whether it was unfinished. */
  answerEnded(): boolean {
    const wasOpen = this.#isOpen;
    this.#isOpen = false;
    return wasOpen;
  }

  /** Calls `listener` once it is over. For a request whose answer is over and whose handler still runs. */
  whenOver(listener: () => void): void {
    this.#onOver = listener;
  }

  /**
   * The handler of its route is about to be called. A handler of another version or host may pass the request on to a
   * second one.
   */
  handlerCalled(frame: string | undefined): void {
    this.#isHandled = true;
    this.#frame = frame;
  }

  handlerReturned(result: unknown): void {
    if (isPromiseLike(result)) this.#outcome = both(this.#outcome, result);
    else if (this.#outcome === undefined) this.#isHandled = false;
  }

  /** Its handler is over. */
  handlerOver(): void {
    this.#isHandled = false;
    TrackedRequest.#tellIfOver(this);
  }

  /**
   * For a handler that sends its answer itself: it is over with its promise, unless it has passed the request on to
   * another one.
   */
  handlerOverWithOutcome(): void {
    const outcome = this.#outcome;
    const over = (): void => (this.#outcome === outcome ? this.handlerOver() : undefined);
    outcome?.then(over, over);
  }

  /**
   * Its handler begins, or ends, to wait only for its answer to be sent. With Fastify, an answer on a closed stream of
   * HTTP/2 never ends: a handler that waits for such an answer is over.
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
    TrackedRequest.#tellIfOver(this);
  }

  /** Static, because a private method of an instance costs each instance a field. */
  static #tellIfOver(request: TrackedRequest): void {
    const over = request.#onOver;
    if (over === undefined || !request.isOver) return;
    request.#onOver = undefined;
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

/** A request as a piece of work with a name: its answer, or its handler. */
export function asWork(
  { response, startedAt, frame }: TrackedRequest,
  kind: 'response' | 'handler',
  nameOf: (response: ServerResponse) => WorkName,
): Work {
  return { kind, startedAt, answer: response, describe: () => nameOf(response), frame: () => frame };
}
