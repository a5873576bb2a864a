import { type CollidingRoute } from './health-collisions.js';

interface Layer {
  readonly route: { readonly path?: unknown; readonly methods?: unknown };
  match(path: string): unknown;
}

/** Characters that make a path a pattern, in the syntaxes of Express 4 and 5. */
const PATTERN = /[:*{}()+?]/;

/**
 * The routes of an Express application, in order. Each is one object, so that a later call shows which ones are new.
 */
export function expressRoutes(app: unknown): readonly object[] {
  return layersOf(app).map(({ route }) => route);
}

/**
 * Routes of an Express application that answer GET at a path. The router's layers are private (read in Express 4.22 and 5.2,
 * router 2.2); where they have changed, none is found.
 */
export function expressRoutesAt(app: unknown, path: string): (CollidingRoute & { readonly key: object })[] {
  return layersOf(app).flatMap((layer) => {
    const { path: written, methods } = layer.route;
    const answers = property(methods, 'get') === true || property(methods, '_all') === true;
    if (!answers || !matches(layer, path)) return [];
    const isExact = typeof written === 'string' && !PATTERN.test(written);
    return [{ key: layer.route, route: String(written), isExact }];
  });
}

function matches(layer: Layer, path: string): boolean {
  try {
    return Boolean(layer.match(path));
  } catch {
    // A pattern that cannot read the path does not match it.
    return false;
  }
}

/** `app.router` throws in Express 4, which has `_router`. */
function layersOf(app: unknown): Layer[] {
  const router = property(app, '_router') ?? property(app, 'router');
  const stack = property(router, 'stack');
  return Array.isArray(stack) ? stack.filter(isRouteLayer) : [];
}

function isRouteLayer(layer: unknown): layer is Layer {
  return typeof property(layer, 'match') === 'function' && typeof property(layer, 'route') === 'object';
}

function property(target: unknown, name: string): unknown {
  const canHave = (typeof target === 'object' && target !== null) || typeof target === 'function';
  return canHave ? Reflect.get(target, name) : undefined;
}
