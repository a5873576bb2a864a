import { type ApplicationConfig } from '@nestjs/core';
import { type Guard } from '../errors/foreign-call.js';
import { replaceMethod } from '../patching/replace-method.js';
import { type GatewayAdapter } from '../traffic/web-sockets/followed-adapter.js';

/**
 * Calls `onAdapter` with every adapter for gateways that the application sets, or that Nest creates for the first
 * gateway: before any gateway uses it, and when all providers exist. Returns its undo.
 */
export function watchWebSocketAdapters(
  config: ApplicationConfig,
  onAdapter: (adapter: GatewayAdapter) => void,
  guard: Guard,
): () => void {
  if (!isConfig(config)) return () => undefined;
  const known = new Set<unknown>();
  const follow = (adapter: unknown): void =>
    guard('following a WebSocket adapter', undefined, () => {
      if (known.has(adapter) || !isGatewayAdapter(adapter)) return;
      known.add(adapter);
      onAdapter(adapter);
    });
  follow(config.getIoAdapter());
  return replaceMethod(config, 'setIoAdapter', (original) => (...args) => {
    follow(args[0]);
    return Reflect.apply(original, config, args);
  });
}

/** Whether it is Nest's configuration, and not the replacement of a test. */
function isConfig(config: ApplicationConfig): boolean {
  return ['getIoAdapter', 'setIoAdapter'].every((name) => typeof Reflect.get(config, name) === 'function');
}

function isGatewayAdapter(value: unknown): value is GatewayAdapter {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['bindClientConnect', 'bindMessageHandlers'].every((name) => typeof Reflect.get(value, name) === 'function')
  );
}
