import { type CollidingRoute } from './health-collisions.js';

/** The part of a Fastify instance used here: https://fastify.dev/docs/latest/Reference/Server/ */
export interface FastifyInstance {
  addHook(
    name: 'onRoute',
    hook: (route: { readonly method: string | string[]; readonly url: string }) => void,
  ): unknown;
  hasRoute(route: { readonly method: string; readonly url: string }): boolean;
  register(plugin: (scope: FastifyInstance) => Promise<void>): unknown;
  get(path: string, handler: (request: unknown, reply: unknown) => unknown): unknown;
}

/** Whether an adapter's instance is one of Fastify. */
export function isFastify(instance: unknown): instance is FastifyInstance {
  return (
    typeof instance === 'object' &&
    instance !== null &&
    ['addHook', 'hasRoute', 'register', 'get'].every((name) => typeof Reflect.get(instance, name) === 'function')
  );
}

/** Remembers the patterns of routes that answer GET and are registered from now on. */
export function watchFastifyPatterns(fastify: FastifyInstance): (path: string) => CollidingRoute[] {
  const patterns = new Set<string>();
  fastify.addHook('onRoute', ({ method, url }) => {
    if ([method].flat().includes('GET') && /[:*]/.test(url)) patterns.add(url);
  });
  return (path) =>
    [...patterns].filter((pattern) => matches(pattern, path)).map((route) => ({ route, isExact: false }));
}

/** A parameter matches one part of the path, an asterisk the rest. Conditions on a parameter are ignored. */
function matches(pattern: string, path: string): boolean {
  const parts = path.split('/');
  const wanted = (pattern.startsWith('/') ? pattern : `/${pattern}`).split('/');
  const star = wanted.findIndex((part) => part.includes('*'));
  const fits = (part: string, index: number): boolean => part.includes(':') || part === parts[index];
  if (star === -1) return wanted.length === parts.length && wanted.every(fits);
  return wanted.slice(0, star).every(fits);
}
