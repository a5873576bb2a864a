import { type ExecutionContext } from '@nestjs/common';
import { type Clock } from '../deadline/clock.js';
import { type InFlightWork, type Work, type WorkName, WorkSet, type WorkSource } from '../in-flight/in-flight-work.js';
import { patternOf, rememberRoute, type RoutedRequest } from './route.js';

/** Keeps the handlers that run, with what is needed to name them. */
export class HandlerTracker implements WorkSource {
  /** A handler that answers a request is counted by its response; one of a WebSocket message has none. */
  ended = 0;
  readonly #running: WorkSet;

  constructor(
    private readonly clock: Clock,
    inFlight: InFlightWork,
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

  start(context: ExecutionContext): Work {
    const describe = (): WorkName => describeHandler(context);
    const answer = answerOf(context);
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
}

/** Node's response that a handler answers with, when it is one to a request. */
function answerOf(context: ExecutionContext): object | undefined {
  const type = context.getType<'http' | 'ws' | 'rpc' | 'graphql'>();
  if (type === 'http') return rawResponse(context);
  return type === 'graphql' ? graphqlResponse(context.getArgByIndex<unknown>(GRAPHQL_CONTEXT)) : undefined;
}

/** Where a resolver's arguments have the context of the query: (root, args, context, info). */
const GRAPHQL_CONTEXT = 2;

/** The context is the application's to make; with Nest's own drivers it has Express' request or Fastify's reply. */
function graphqlResponse(context: unknown): object | undefined {
  const { req, res, reply }: Record<string, unknown> = isObject(context) ? context : {};
  const response = res ?? (isObject(reply) ? reply['raw'] : undefined) ?? (isObject(req) ? req['res'] : undefined);
  return isObject(response) ? response : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/**
 * Node's response below the framework's, with the route remembered on it. Handlers that are called by hand, through
 * Nest's `ExternalContextCreator`, count as HTTP without having one.
 */
function rawResponse(context: ExecutionContext): object | undefined {
  const http = context.switchToHttp();
  const request = http.getRequest<unknown>();
  const response = http.getResponse<unknown>();
  if (!isObject(request) || !isObject(response)) return undefined;
  rememberRoute(request, response);
  return isObject(response['raw']) ? response['raw'] : response;
}

function describeHandler(context: ExecutionContext): WorkName {
  const handler = `${context.getClass().name}.${context.getHandler().name}`;
  if (context.getType() !== 'http') return { name: handler };
  const request = context.switchToHttp().getRequest<(RoutedRequest & { readonly method?: string }) | undefined>();
  const route = patternOf(request ?? {});
  const method = request?.method ?? 'GET';
  return route === undefined ? { name: handler } : { name: `${method} ${route}`, method, route };
}
