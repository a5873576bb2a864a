import { type AbstractHttpAdapter } from '@nestjs/core';
import { expressRoutes } from './express-routes.js';

type BindMiddleware = Awaited<ReturnType<AbstractHttpAdapter['createMiddlewareFactory']>>;

/**
 * Remembers the routes that Nest registers for middleware from now on. Middleware for a method, as in `forRoutes({ path, method })`, is a
 * route of Express like any other (read in Nest 11.1 and 12.5). On an adapter that binds middleware in another way, none is found.
 *
 * @returns whether one of {@link expressRoutes} is middleware
 */
export function watchExpressMiddleware(adapter: AbstractHttpAdapter): (route: object) => boolean {
  const middleware = new WeakSet();
  const create = adapter.createMiddlewareFactory.bind(adapter);
  adapter.createMiddlewareFactory = async (method) => {
    const bind: BindMiddleware = await create(method);
    return (path, callback) => {
      const app: unknown = adapter.getInstance();
      const before = new Set(expressRoutes(app));
      bind(path, callback);
      for (const route of expressRoutes(app)) if (!before.has(route)) middleware.add(route);
    };
  };
  return (route) => middleware.has(route);
}
