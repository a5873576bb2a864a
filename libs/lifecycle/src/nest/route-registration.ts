import { type AbstractHttpAdapter, type DiscoveryService } from '@nestjs/core';
import { type Guard } from '../errors/foreign-call.js';
import { countedRoutes } from '../traffic/handlers/counted-routes.js';
import { rawResponseOf } from '../traffic/wire/raw-response.js';
import { EventStreamInterceptor, type InFlightInterceptor } from '../traffic/handlers/in-flight.interceptor.js';
import { type Longevity, longevityOf } from '../traffic/long-lived/long-lived.decorator.js';
import { type LongLivedRequests } from '../traffic/long-lived/long-lived-requests.js';
import { sendsAnswerItself } from './sends-answer-itself.js';
import { type FoundServers } from './found-servers.js';
import { hideFromRoutes, onAnswer, wrapRoutes } from './route-handlers.js';
import { labelRoutes, type RouteMethod, routeMethodOf } from './route-methods.js';

interface Parts {
  readonly longLived: LongLivedRequests;
  readonly interceptor: InFlightInterceptor;
  readonly foundServers: FoundServers;
  readonly guard: Guard;
}

interface RouteCounting {
  readonly registered: () => void;
  readonly undo: () => void;
}

/**
 * Counts the handlers of routes where Nest registers them, which costs a request next to nothing. The global
 * interceptor counts what is registered elsewhere or later, such as resolvers and request-scoped controllers. Begins
 * before Nest registers the routes. Call `registered` when Nest has done so, and `undo` when the application is closed.
 */
export function countRoutes(adapter: AbstractHttpAdapter, discovery: DiscoveryService, parts: Parts): RouteCounting {
  const { longLived, interceptor, guard } = parts;
  const unlabel = labelRoutes(discovery.getControllers(), new EventStreamInterceptor(longLived));
  const type = guard('getType() of the HTTP adapter', undefined, () => adapter.getType());
  const { counted, answers } = countedRoutes(rawResponseOf(type === 'fastify'), parts.foundServers.untracked);
  const unwrap = wrapRoutes(adapter, (handler) => {
    const route = routeMethodOf(handler);
    const longevity = longevityOf(handler, route?.owner);
    // An event stream returns an observable, which runs until its answer ends.
    const isSentByHandler = longevity !== 'event-stream' && route !== undefined && sendsAnswerItself(route);
    return counted(handler, {
      onStart: markOf(longevity, longLived),
      sendsAnswerItself: isSentByHandler,
      frame: frameOf(route),
    });
  });
  const show = hideFromRoutes(interceptor);
  return {
    registered: () => {
      unwrap();
      unlabel();
      show();
    },
    undo: onAnswer(adapter, answers),
  };
}

function frameOf(route: RouteMethod | undefined): string | undefined {
  const owner: unknown = route === undefined ? undefined : Reflect.get(route.owner, 'name');
  return route === undefined || typeof owner !== 'string' ? undefined : `${owner}.${route.name}`;
}

/** Marks the answers of a route by its longevity; `undefined` for most routes. */
function markOf(longevity: Longevity, longLived: LongLivedRequests): ((answer: object) => void) | undefined {
  if (longevity === 'short') return undefined;
  return longevity === 'finite' ? (answer) => longLived.markFinite(answer) : (answer) => longLived.mark(answer);
}
