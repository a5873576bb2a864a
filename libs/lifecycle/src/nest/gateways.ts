import { Server } from 'node:net';
import { type DiscoveryService } from '@nestjs/core';
import { classNameOf } from '../errors/foreign-call.js';
import { type GatewayMessage } from '../traffic/web-sockets/gateway-work.js';
import { type Longevity, longevityOf } from '../traffic/long-lived/long-lived.decorator.js';
import { replaceMethod } from '../patching/replace-method.js';

type Wrapper = ReturnType<DiscoveryService['getProviders']>[number];

/** A gateway, and the class it is of. */
interface Gateway {
  readonly instance: object;
  readonly name: string;
  /** Whether the application has a single instance of it. */
  readonly isStatic: boolean;
}

/** The metadata of gateways: constants of @nestjs/websockets 11.2.6 and 12.1.1. */
const GATEWAY = 'websockets:is_gateway';
const MESSAGE_MAPPING = 'websockets:message_mapping';
const MESSAGE = 'message';

/** Every gateway of the application. */
export function discoverGateways(discovery: DiscoveryService): Gateway[] {
  const found = new Map<object, Gateway>();
  for (const wrapper of discovery.getProviders()) {
    const gateway = asGateway(wrapper);
    if (gateway !== undefined) found.set(gateway.instance, gateway);
  }
  return [...found.values()];
}

function asGateway(wrapper: Wrapper): Gateway | undefined {
  const instance: unknown = wrapper.instance;
  const { metatype } = wrapper;
  if (typeof metatype !== 'function' || typeof instance !== 'object' || instance === null) return undefined;
  if (Reflect.getMetadata(GATEWAY, metatype) === undefined) return undefined;
  return { instance, name: classNameOf(instance), isStatic: wrapper.isDependencyTreeStatic() };
}

/** How each message is counted; a message that several gateways handle is named by itself. */
export function gatewayMessages(gateways: readonly Gateway[]): (message: unknown) => GatewayMessage {
  const known = new Map<unknown, GatewayMessage>();
  for (const { instance, name } of gateways) {
    for (const { message, method, longevity } of messagesOf(instance)) {
      const own = `${name}.${method}`;
      const isShared = (known.get(message)?.name ?? own) !== own;
      known.set(message, { name: isShared ? String(message) : own, longevity });
    }
  }
  return (message) => known.get(message) ?? { name: String(message), longevity: 'short' };
}

interface MessageMethod {
  readonly message: unknown;
  readonly method: string;
  readonly longevity: Longevity;
}

function messagesOf(instance: object): MessageMethod[] {
  return methodsOf(instance).flatMap(([method, handler]) => {
    if (Reflect.getMetadata(MESSAGE_MAPPING, handler) === undefined) return [];
    const message: unknown = Reflect.getMetadata(MESSAGE, handler);
    return [{ message, method, longevity: longevityOf(handler, instance.constructor) }];
  });
}

type Method = (...args: never[]) => unknown;

/** The methods of the class and of those it extends, where Nest looks for messages. */
function methodsOf(instance: object): [string, Method][] {
  const methods = new Map<string, Method>();
  let prototype: unknown = Object.getPrototypeOf(instance);
  while (typeof prototype === 'object' && prototype !== null && prototype !== Object.prototype) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (typeof value === 'function' && !methods.has(name)) methods.set(name, value as Method);
    }
    prototype = Object.getPrototypeOf(prototype);
  }
  return [...methods];
}

/**
 * Calls `onResult` with what `handleDisconnect` of a gateway returns. Nest binds the method when it registers the
 * gateway, so this has to run before that; after it, the undo restores the gateway's own method. Gateways that Nest
 * creates for each client (Nest 12, request scope) have no instance yet, and are not watched. Returns its undo.
 */
export function watchDisconnects(
  gateways: readonly Gateway[],
  onResult: (name: string, result: unknown) => unknown,
): () => void {
  const undo = gateways.map(({ instance, name, isStatic }) => {
    if (!isStatic || !Object.isExtensible(instance)) return () => undefined;
    return replaceMethod(
      instance,
      'handleDisconnect',
      (original) =>
        function (this: unknown, ...args) {
          return onResult(`${name}.handleDisconnect`, Reflect.apply(original, this, args));
        },
    );
  });
  return () => {
    for (const undoOne of undo) undoOne();
  };
}

/**
 * The HTTP servers below a gateway's server. Those of ws, and of `WsAdapter` for gateways with a port and a path of
 * their own, are private (read in ws 8.21 to 8.23, @nestjs/platform-ws 11.2 and 12.1). Where those fields do not exist
 * any more, none is found, and only Nest closes them.
 */
export function httpServersBelow(server: unknown, adapter: object): Server[] {
  const registry: unknown = Reflect.get(adapter, 'httpServersRegistry');
  const own = [propertyOf(server, 'httpServer'), propertyOf(server, '_server')];
  const shared: unknown[] = registry instanceof Map ? [...(registry as Map<unknown, unknown>).values()] : [];
  return [...own, ...shared].filter((found): found is Server => found instanceof Server);
}

/**
 * The paths that clients of a socket.io server, or of a namespace of it, poll. A poll is only answered when there is a
 * message, so it cannot be waited for like a request. Its client is waited for instead, as with any transport.
 */
export function pollingPaths(server: unknown): string[] {
  const io = propertyOf(server, 'server') ?? server;
  const path = propertyOf(io, 'path');
  const found: unknown = typeof path === 'function' && hasEngine(io) ? Reflect.apply(path, io, []) : undefined;
  return typeof found === 'string' ? [`${found}/*`] : [];
}

function hasEngine(io: unknown): boolean {
  return typeof propertyOf(io, 'engine') === 'object';
}

function propertyOf(target: unknown, name: string): unknown {
  return typeof target === 'object' && target !== null ? Reflect.get(target, name) : undefined;
}
