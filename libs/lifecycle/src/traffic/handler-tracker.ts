import { type ServerResponse } from 'node:http';
import { types } from 'node:util';
import { type ExecutionContext } from '@nestjs/common';
import { type Clock } from '../deadline/clock.js';
import { type InFlightWork, type Work, type WorkName, WorkSet, type WorkSource } from '../in-flight/in-flight-work.js';
import { isExempt } from './connection.js';
import { type RequestNames } from './request-name.js';
import { NO_ROUTE } from './route.js';
import { answerOf, rawResponse } from './work-key.js';

/** The run of a route's handler, on the response it answers with. */
const RUN = Symbol('nestjs-lifecycle.run');

type RouteHandler = (request: object, response: object, next?: unknown) => unknown;

/** Keeps the handlers that run, with what is needed to name them. */
export class HandlerTracker implements WorkSource {
  /** A handler that answers a request is counted by its response; one of a WebSocket message has none. */
  ended = 0;
  readonly #running: WorkSet;

  constructor(
    private readonly clock: Clock,
    inFlight: InFlightWork,
    private readonly names: RequestNames,
  ) {
    this.#running = new WorkSet(inFlight.settled);
    inFlight.addSource(this);
  }

  get size(): number {
    return this.#running.size;
  }

  active(): Iterable<Work> {
    return this.#running.active();
  }

  /**
   * The same handler, counted from its call until it is over: until its answer is given ({@link answering}), or its
   * promise has settled. Fastify's promise waits for the answer to be sent, which over HTTP/2 never happens when the
   * client has gone.
   */
  counted(handler: RouteHandler, onStart?: (answer: object) => void): RouteHandler {
    return (request, response, next) => {
      const answer = rawResponse(request, response);
      if (isExempt(answer)) return handler(request, response, next);
      onStart?.(answer);
      const run = new RequestRun(this.clock.now(), answer, this.names);
      this.#running.add(run);
      let result: unknown;
      try {
        result = handler(request, response, next);
        return result;
      } finally {
        const end = (): void => this.#endRequest(run);
        if (types.isPromise(result)) result.then(end, end);
        else end();
      }
    };
  }

  /** A handler has returned what it answers with. */
  answering(response: object & { readonly raw?: unknown }): void {
    const run = runOf(typeof response.raw === 'object' && response.raw !== null ? response.raw : response);
    if (run !== undefined) this.#endRequest(run);
  }

  #endRequest(run: RequestRun): void {
    run.ended();
    this.#running.remove(run);
  }

  /** `undefined` for a request nobody waits for, or whose handler is counted already. */
  start(context: ExecutionContext): Work | undefined {
    const answer = answerOf(context);
    if (answer !== undefined && (isExempt(answer) || runOf(answer) !== undefined)) return undefined;
    const describe = (): WorkName => this.#describe(context, answer);
    const startedAt = this.clock.now();
    const run: Work =
      answer === undefined
        ? { kind: 'handler', startedAt, describe }
        : { kind: 'handler', startedAt, describe, answer };
    this.#running.add(run);
    return run;
  }

  end(run: Work): void {
    if (run.answer === undefined) this.ended += 1;
    this.#running.remove(run);
  }

  /** By its request's route where there is one; a message or a resolver by its method. */
  #describe(context: ExecutionContext, answer: object | undefined): WorkName {
    const isHttp = context.getType() === 'http' && answer !== undefined && 'req' in answer;
    // Node's own response, found below the framework's.
    const request = isHttp ? this.names.nameOf(answer as ServerResponse) : undefined;
    return request === undefined || request.route === NO_ROUTE ? { name: nameOf(context) } : request;
  }
}

/** A route's handler that runs. One object a request, without closures. */
class RequestRun implements Work {
  readonly kind = 'handler';

  constructor(
    readonly startedAt: number,
    readonly answer: object & { [RUN]?: RequestRun | undefined },
    private readonly names: RequestNames,
  ) {
    answer[RUN] = this;
  }

  describe(): WorkName {
    // Below the framework's own there is always Node's response.
    return this.names.nameOf(this.answer as ServerResponse);
  }

  ended(): void {
    this.answer[RUN] = undefined;
  }
}

function runOf(answer: object & { [RUN]?: RequestRun | undefined }): RequestRun | undefined {
  return answer[RUN];
}

function nameOf(context: ExecutionContext): string {
  return `${context.getClass().name}.${context.getHandler().name}`;
}
