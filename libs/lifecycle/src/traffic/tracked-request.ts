import { type ServerResponse } from 'node:http';
import { type Work, type WorkName } from '../in-flight/work.js';
import { type Connection } from './connection.js';
import { type RoutedRequest } from './route.js';

/**
 * The record of the request a response answers: one property instead of a map, because it costs nothing to look up. Known
 * to every copy of this package that is loaded.
 */
const TRACKED = Symbol.for('nestjs-lifecycle.request');

/** A response with its record on it. */
export interface TrackedResponse extends ServerResponse {
  [TRACKED]?: TrackedRequest;
}

/**
 * What a request is to the drain: `awaited`; `exempt`, which nobody waits for, such as a probe; or `refused`, because it
 * came too late.
 */
export type RequestKind = 'awaited' | 'exempt' | 'refused';

/**
 * A request whose answer is unfinished, or whose handler still runs. Made for every request, so there is only this one
 * object, all its fields are there from the start, and what it is called is found out when somebody asks.
 */
export class TrackedRequest {
  /** Whether the answer is unfinished. */
  isOpen = true;
  /** Whether the handler of its route runs. */
  isHandled = false;
  /** Whether that handler does nothing but wait for its answer to be sent. */
  awaitsAnswer = false;
  /** How many handlers run for it that are counted one by one: resolvers. */
  resolvers = 0;
  /** What that handler returned, when it is a promise. */
  outcome: PromiseLike<unknown> | undefined = undefined;
  /** Called when the handler has returned its answer; set once the client has gone. */
  onAnswered: (() => void) | undefined = undefined;
  /** What calls of that handler are called in a stack: `Orders.pay`. */
  frame: string | undefined = undefined;
  /** The framework's own request, where it is another than Node's. */
  routed: RoutedRequest | undefined = undefined;

  constructor(
    readonly response: TrackedResponse,
    readonly connection: Connection,
    /** Monotonic milliseconds. */
    readonly startedAt: number,
    public kind: RequestKind,
  ) {
    response[TRACKED] = this;
  }
}

/** The request that a raw response answers. */
export function trackedBy(response: object & { [TRACKED]?: TrackedRequest }): TrackedRequest | undefined {
  return response[TRACKED];
}

/**
 * Whether an answer has been given and sent to its end. Of HTTP/2, Node calls one finished as well whose stream was reset
 * before.
 */
export function wasDelivered(response: {
  readonly writableFinished?: boolean;
  readonly writableEnded: boolean;
  readonly stream?: { readonly rstCode?: number };
}): boolean {
  const { writableEnded, writableFinished = writableEnded, stream } = response;
  return writableEnded && writableFinished && (stream?.rstCode ?? 0) === 0;
}

/** A request as a piece of work that can be named: its answer, or its handler. */
export function asWork(
  { response, startedAt, frame }: TrackedRequest,
  kind: 'response' | 'handler',
  nameOf: (response: ServerResponse) => WorkName,
): Work {
  return { kind, startedAt, answer: response, describe: () => nameOf(response), frame: () => frame };
}
