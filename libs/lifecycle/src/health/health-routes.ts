import { type AbstractHttpAdapter } from '@nestjs/core';
import { type Guard } from '../errors/foreign-call.js';
import { followExpressMiddleware } from './express-middleware.js';
import { expressRoutes, expressRoutesAt } from './express-routes.js';
import { type FastifyInstance, isFastify, watchFastifyPatterns } from './fastify-routes.js';
import { type HealthRouteSteps, warnOfCollisions } from './health-collisions.js';
import { type HealthAnswer } from './health-result.js';
import { type Probes } from './probes.js';

type Probe = () => Promise<HealthAnswer>;

/**
 * Serves the probes on the service's own port. They are registered with the adapter, ahead of the application's routes:
 * global prefixes, guards and interceptors are not for the kubelet. A route of the application for the same path runs
 * first, and the probe only answers what it passes on, as a versioned route does. A route with a parameter or a
 * wildcard runs after the probe, as in Fastify's router. Call the returned function when Nest has registered all
 * routes.
 */
export function serveHealthRoutes(adapter: AbstractHttpAdapter, probes: Probes, { log, guard }: Told): () => void {
  const what = 'serving the health routes';
  const parts = { adapter, paths: Object.entries(probes.byPath()), steps: warnOfCollisions(log) };
  const serve = (): (() => void) => {
    const instance: unknown = adapter.getInstance();
    return isFastify(instance) ? serveOnFastify(instance, parts) : serveInOrder(instance, parts);
  };
  const registered = guard(what, () => undefined, serve);
  return () => guard(what, undefined, registered);
}

interface Told {
  readonly log: Parameters<typeof warnOfCollisions>[0];
  readonly guard: Guard;
}

interface Serving {
  readonly adapter: AbstractHttpAdapter;
  readonly paths: readonly (readonly [string, Probe])[];
  readonly steps: HealthRouteSteps;
}

/** For Express, and any other framework that tries its routes in the order of their registration. */
function serveInOrder(app: unknown, { adapter, paths, steps }: Serving): () => void {
  const taken = new Set<string>();
  const before = new Set(expressRoutes(app));
  const middleware = followExpressMiddleware(adapter);
  for (const [path, probe] of paths) {
    adapter.get(path, async (_request: unknown, response: unknown, next: unknown) => {
      if (taken.has(path) && typeof next === 'function') Reflect.apply(next, undefined, []);
      else await answer(adapter, response, probe);
    });
  }
  const own = new Set(expressRoutes(app).filter((route) => !before.has(route)));
  return () => {
    middleware.undo();
    for (const [path, probe] of paths) {
      const others = expressRoutesAt(app, path).filter(({ key }) => !own.has(key));
      // A route that was registered before ours answers, even with a pattern.
      const winner = others.find(({ key, isExact }) => isExact || before.has(key));
      if (winner !== undefined) {
        taken.add(path);
        adapter.get(path, (_request: unknown, response: unknown) => answer(adapter, response, probe));
      }
      // Middleware for a method is no route that answers.
      const other = [winner, ...others].find((route) => route !== undefined && !middleware.includes(route.key));
      if (other !== undefined) steps.onCollision({ path, route: other.route, isExact: other === winner });
    }
  };
}

/** Registered last, when the plugins of the application have their routes: Fastify accepts each path only once. */
function serveOnFastify(fastify: FastifyInstance, { adapter, paths, steps }: Serving): () => void {
  const patternsAt = watchFastifyPatterns(fastify);
  const serve = (scope: FastifyInstance, [path, probe]: readonly [string, Probe]): void => {
    if (fastify.hasRoute({ method: 'GET', url: path })) {
      steps.onCollision({ path, route: path, isExact: true });
      return;
    }
    const [pattern] = patternsAt(path);
    if (pattern !== undefined) steps.onCollision({ path, ...pattern });
    scope.get(path, (_request, reply) => answer(adapter, reply, probe));
  };
  return () => {
    const plugin = async (scope: FastifyInstance): Promise<void> => {
      for (const entry of paths) {
        try {
          serve(scope, entry);
        } catch (error) {
          steps.onError(entry[0], error);
        }
      }
    };
    fastify.register(plugin);
  };
}

/** Express and Fastify send the answer whatever this returns. A rejection would reach no handler of theirs. */
async function answer(adapter: AbstractHttpAdapter, response: unknown, probe: Probe): Promise<void> {
  const { statusCode, body } = await probe();
  adapter.setHeader(response, 'Cache-Control', 'no-store');
  await adapter.reply(response, body, statusCode);
}
