import { type AbstractHttpAdapter } from '@nestjs/core';
import { type Method, replaceMethod } from '../patching/replace-method.js';
import { expressRoutes } from './express-routes.js';

/** The routes of an application that are middleware. */
interface FollowedMiddleware {
  /** Whether one of {@link expressRoutes} is middleware. */
  readonly includes: (route: object) => boolean;
  readonly undo: () => void;
}

/**
 * Remembers the routes that Nest registers for middleware from now on. Middleware for a method, as in `forRoutes({ path, method })`, is a
 * route of Express like any other (read in Nest 11.1 and 12.5). On an adapter that binds middleware in another way, none is found.
 */
export function followExpressMiddleware(adapter: AbstractHttpAdapter): FollowedMiddleware {
  const middleware = new WeakSet();
  const app: unknown = adapter.getInstance();
  const followed = (bind: Method): Method =>
    function bindMiddleware(this: unknown, ...args) {
      const before = new Set(expressRoutes(app));
      const result = Reflect.apply(bind, this, args);
      for (const route of expressRoutes(app)) if (!before.has(route)) middleware.add(route);
      return result;
    };
  const undo = replaceMethod(adapter, 'createMiddlewareFactory', (create) => async (...args) => {
    const bind: unknown = await Reflect.apply(create, adapter, args);
    // A function that is called to bind middleware.
    return typeof bind === 'function' ? followed(bind as Method) : bind;
  });
  return { includes: (route) => middleware.has(route), undo };
}
