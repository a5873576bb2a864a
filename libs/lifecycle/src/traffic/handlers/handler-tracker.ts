import { type ServerResponse } from 'node:http';
import { type ExecutionContext } from '@nestjs/common';
import { type Clock } from '../../deadline/clock.js';
import { type InFlightWork } from '../../in-flight/in-flight-work.js';
import { type Work, type WorkName } from '../../in-flight/work.js';
import { WorkSet } from '../../in-flight/work-set.js';
import { type Source } from '../../in-flight/work-sources.js';
import { type RequestNames } from '../http/request-name.js';
import { isRouteless } from '../http/route.js';
import { trackedBy, type TrackedRequest } from '../http/tracked-request.js';
import { answerOf, operationOf } from './work-key.js';

/**
 * Keeps the handlers that the interceptor sees, with what is needed to name them. Handlers of routes are kept with
 * their requests.
 */
export class HandlerTracker implements Source {
  readonly name = 'handlers';
  /** How many handlers without a request have ended. A request counts once, with all its handlers. */
  ended = 0;
  readonly #running: WorkSet;
  /** The interceptor may be applied by hand as well as globally; Nest gives each the same context of a call. */
  readonly #known = new WeakSet<ExecutionContext>();
  /** Operations without a response of which a resolver has ended. */
  readonly #over = new WeakSet<object>();

  constructor(
    private readonly clock: Clock,
    inFlight: InFlightWork,
    private readonly names: RequestNames,
  ) {
    this.#running = new WorkSet(inFlight.settled);
  }

  get size(): number {
    return this.#running.size;
  }

  /** Calls and operations, each once: an open request counts with its handlers, whatever resolvers it has. */
  get alone(): number {
    const alone = new Set<object>();
    for (const work of this.active()) if (requestOf(work)?.isOpen !== true) alone.add(work.answer ?? work);
    return alone.size;
  }

  active(): Iterable<Work> {
    return this.#running.active();
  }

  /** `undefined` for a request that is not waited for, or whose handler is counted already. */
  start(context: ExecutionContext): Work | undefined {
    if (this.#known.has(context)) return undefined;
    this.#known.add(context);
    const answer = answerOf(context) ?? operationOf(context);
    if (answer !== undefined && isCountedAlready(answer)) return undefined;
    const describe = (): WorkName => this.#describe(context, answer);
    const startedAt = this.clock.now();
    const run: Work =
      answer === undefined
        ? { kind: 'handler', startedAt, describe, frame: () => nameOf(context) }
        : { kind: 'handler', startedAt, describe, answer, frame: () => nameOf(context) };
    this.#running.add(run);
    requestOf(run)?.resolverStarted();
    return run;
  }

  /** The handler is over, or its client has gone. */
  returned(run: Work): void {
    const request = requestOf(run);
    if (request === undefined) this.#operationEnded(run);
    else request.resolverEnded();
    this.#running.remove(run);
  }

  /** An operation of several resolvers has ended once. */
  #operationEnded({ answer }: Work): void {
    if (answer !== undefined && this.#over.has(answer)) return;
    if (answer !== undefined) this.#over.add(answer);
    this.ended += 1;
  }

  /** A handler is named by the route of its request; that of a message or a resolver by its method. */
  #describe(context: ExecutionContext, answer: object | undefined): WorkName {
    const isHttp = context.getType() === 'http' && answer !== undefined && 'req' in answer;
    // Node's own response, found below the framework's.
    const request = isHttp ? this.names.nameOf(answer as ServerResponse) : undefined;
    return request === undefined || isRouteless(request.route) ? { name: nameOf(context) } : request;
  }
}

function isCountedAlready(answer: object): boolean {
  const request = trackedBy(answer);
  return request !== undefined && (request.isHandled || request.kind !== 'awaited');
}

function requestOf({ answer }: Work): TrackedRequest | undefined {
  return answer === undefined ? undefined : trackedBy(answer);
}

function nameOf(context: ExecutionContext): string {
  return `${context.getClass().name}.${context.getHandler().name}`;
}
