import { type DiscoveryService, MetadataScanner } from '@nestjs/core';
import { longevityOf } from '../traffic/long-lived/long-lived.decorator.js';
import { type HandlerMark } from '../traffic/messages/handler-mark.js';

/**
 * The metadata of a method's patterns: `PATTERN_METADATA` and `TRANSPORT_METADATA` of @nestjs/microservices 11.2.6 and
 * 12.1.1.
 */
const PATTERN = 'microservices:pattern';
const TRANSPORT = 'microservices:transport';

interface PatternServer {
  readonly transportId?: unknown;
  getHandlers?(): unknown;
}

/**
 * The `@LongLived()` marks of a server's handlers, by the key under which the server keeps each. The functions of a
 * server show neither the method nor its class. Patterns without a mark are left out.
 */
export function messageHandlerMarks(
  discovery: DiscoveryService,
  server: PatternServer,
): ReadonlyMap<string, HandlerMark> {
  const marks = new Map<string, HandlerMark>();
  for (const { metatype } of discovery.getControllers()) {
    if (typeof metatype !== 'function') continue;
    for (const method of methodsOf(metatype.prototype)) {
      const longevity = longevityOf(method, metatype);
      if (longevity === 'short' || !isServedBy(server, method)) continue;
      for (const key of patternsOf(method).flatMap((pattern) => keysOf(pattern))) marks.set(key, { longevity });
    }
  }
  return marks;
}

/** The keys under which a server keeps handlers of controllers that Nest creates for each message. */
export function requestScopedPatterns(discovery: DiscoveryService): ReadonlySet<string> {
  const scoped = discovery.getControllers().filter((wrapper) => !wrapper.isDependencyTreeStatic());
  const methods = scoped.flatMap(({ metatype }) =>
    typeof metatype === 'function' ? methodsOf(metatype.prototype) : [],
  );
  return new Set(methods.flatMap(patternsOf).flatMap(keysOf));
}

/** The methods of the class and of those it extends, where Nest looks for handlers. */
function methodsOf(prototype: unknown): object[] {
  if (typeof prototype !== 'object' || prototype === null) return [];
  return new MetadataScanner()
    .getAllMethodNames(prototype)
    .map((name): unknown => Reflect.get(prototype, name))
    .filter((method): method is object => typeof method === 'function');
}

/** A handler without a transport is served by every server, and a server without an identifier serves every handler. */
function isServedBy({ transportId }: PatternServer, method: object): boolean {
  const transport: unknown = Reflect.getMetadata(TRANSPORT, method);
  return transport === undefined || transportId === undefined || transport === transportId;
}

function patternsOf(method: object): unknown[] {
  const patterns: unknown = Reflect.getMetadata(PATTERN, method);
  return Array.isArray(patterns) ? patterns : [];
}

/**
 * Servers keep a pattern that is no string as JSON: gRPC in the order in which it is written, the others sorted by its
 * keys (`addHandler` of `ServerGrpc`, `transformPatternToRoute`). Each of the two texts belongs to one pattern only.
 */
function keysOf(pattern: unknown): string[] {
  if (typeof pattern !== 'object' || pattern === null) return [String(pattern)];
  return [JSON.stringify(pattern), sortedJson(pattern)];
}

function sortedJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => a.localeCompare(b));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${sortedJson(item)}`).join(',')}}`;
}
