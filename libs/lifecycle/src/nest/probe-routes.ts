import 'reflect-metadata';
import { RequestMethod } from '@nestjs/common';
import { type AbstractHttpAdapter, MetadataScanner } from '@nestjs/core';
import { expressRoutesAt } from '../health/express-routes.js';
import { isFastify } from '../health/fastify-routes.js';

/** The part of Nest's record of a provider or a controller that is used here. */
export interface Declared {
  readonly metatype: unknown;
  readonly instance: unknown;
}

/** The last part of the path of a probe, in the words that are in use. */
const PROBE =
  /(?:^|\/)(?:healthz?|health-?check|healthcheckz?|livez?|liveness|alive|readyz?|readiness|startupz?|status|ping)(?:\/|$)/i;

/** Paths that a framework's own routes are asked for. */
const PATHS = [
  '/health',
  '/healthz',
  '/health/ready',
  '/health/live',
  '/ready',
  '/readyz',
  '/readiness',
  '/livez',
  '/ping',
  '/status',
];

/** The classes that answer a probe where they are injected: the indicator of this package, and the service of Terminus. */
const ANSWERING: ReadonlySet<unknown> = new Set(['ReadinessHealthIndicator', 'HealthCheckService']);

/** Whether the application has a route for a probe, or injects what answers one. */
export function hasProbe(
  adapter: AbstractHttpAdapter,
  { controllers, providers }: { readonly controllers: readonly Declared[]; readonly providers: readonly Declared[] },
): boolean {
  return controllers.some(hasProbeRoute) || [...controllers, ...providers].some(injectsAnswer) || hasOwnRoute(adapter);
}

/** `GET` on a path of a controller; a global prefix comes before it, and changes nothing. */
function hasProbeRoute({ metatype, instance }: Declared): boolean {
  if (typeof metatype !== 'function' || typeof instance !== 'object' || instance === null) return false;
  const bases = textsOf(Reflect.getMetadata('path', metatype));
  const prototype: unknown = Object.getPrototypeOf(instance);
  if (typeof prototype !== 'object' || prototype === null) return false;
  return new MetadataScanner().getAllMethodNames(prototype).some((name) => {
    const method: unknown = Reflect.get(prototype, name);
    if (typeof method !== 'function') return false;
    const verb: unknown = Reflect.getMetadata('method', method);
    if (verb !== RequestMethod.GET && verb !== RequestMethod.ALL) return false;
    return bases.some((base) =>
      textsOf(Reflect.getMetadata('path', method)).some((path) => PROBE.test(`${base}/${path}`)),
    );
  });
}

function textsOf(path: unknown): string[] {
  return [path].flat().filter((text): text is string => typeof text === 'string');
}

/** `design:paramtypes` is what TypeScript writes, `self:paramtypes` and `self:properties_metadata` are Nest's `@Inject()`. */
function injectsAnswer({ metatype }: Declared): boolean {
  if (typeof metatype !== 'function') return false;
  const types: unknown[] = [Reflect.getMetadata('design:paramtypes', metatype)].flat();
  const tokens: unknown[] = ['self:paramtypes', 'self:properties_metadata'].flatMap((key): unknown[] =>
    [Reflect.getMetadata(key, metatype)].flat(),
  );
  return [...types, ...tokens.map(tokenOf)].some((type) => typeof type === 'function' && ANSWERING.has(type.name));
}

function tokenOf(injected: unknown): unknown {
  if (typeof injected !== 'object' || injected === null) return undefined;
  return Reflect.get(injected, 'param') ?? Reflect.get(injected, 'type');
}

/** Routes that `main.ts` has given to the framework itself. */
function hasOwnRoute(adapter: AbstractHttpAdapter): boolean {
  const instance: unknown = adapter.getInstance();
  if (isFastify(instance)) return PATHS.some((url) => instance.hasRoute({ method: 'GET', url }));
  return PATHS.some((path) => expressRoutesAt(instance, path).some(({ isExact }) => isExact));
}
