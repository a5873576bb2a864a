import { type ExecutionContext } from '@nestjs/common';
import { type Clock } from '../deadline/clock.js';
import { type InFlightWork, type Work, type WorkName, WorkSet } from '../in-flight/in-flight-work.js';
import { patternOf, rememberRoute, type RoutedRequest } from './route.js';

/** Keeps the handlers that run, with what is needed to name them. */
export class HandlerTracker {
  readonly #running: WorkSet;

  constructor(
    private readonly clock: Clock,
    inFlight: InFlightWork,
  ) {
    const running = new WorkSet(inFlight.settled);
    this.#running = running;
    // Every request's end is already counted by its response.
    inFlight.addSource({
      ended: 0,
      active: () => running.active(),
      get size() {
        return running.size;
      },
    });
  }

  start(context: ExecutionContext): Work {
    const describe = (): WorkName => describeHandler(context);
    const run: Work =
      context.getType() === 'http'
        ? { kind: 'handler', startedAt: this.clock.now(), describe, answer: rawResponse(context) }
        : { kind: 'handler', startedAt: this.clock.now(), describe };
    this.#running.add(run);
    return run;
  }

  end(run: Work): void {
    this.#running.remove(run);
  }
}

/** Node's response below the framework's, with the route remembered on it. */
function rawResponse(context: ExecutionContext): object {
  const http = context.switchToHttp();
  const response = http.getResponse<object & { readonly raw?: object }>();
  rememberRoute(http.getRequest<object>(), response);
  return response.raw ?? response;
}

function describeHandler(context: ExecutionContext): WorkName {
  const handler = `${context.getClass().name}.${context.getHandler().name}`;
  if (context.getType() !== 'http') return { name: handler };
  const request = context.switchToHttp().getRequest<RoutedRequest & { readonly method?: string }>();
  const route = patternOf(request);
  const method = request.method ?? 'GET';
  return route === undefined ? { name: handler } : { name: `${method} ${route}`, method, route };
}
