import { type ApplicationConfig } from '@nestjs/core';
import { type Guard } from '../errors/foreign-call.js';
import { replaceMethod } from '../patching/replace-method.js';
import { type GatewayAdapter } from '../traffic/web-sockets/followed-adapter.js';

/**
 * Calls `onAdapter` with every adapter for gateways that the application is given, or that Nest makes when it comes to
 * the first gateway: before any gateway uses it, and when all providers exist. Returns its undo.
 */
export function watchWebSocketAdapters(
  config: ApplicationConfig,
  onAdapter: (adapter: GatewayAdapter) => void,
  guard: Guard,
): () => void {
  if (!isConfig(config)) return () => undefined;
  const told = new Set<unknown>();
  const tell = (adapter: unknown): void =>
    guard('following a WebSocket adapter', undefined, () => {
      if (told.has(adapter) || !isGatewayAdapter(adapter)) return;
      told.add(adapter);
      onAdapter(adapter);
    });
  tell(config.getIoAdapter());
  return replaceMethod(config, 'setIoAdapter', (original) => (...args) => {
    tell(args[0]);
    return Reflect.apply(original, config, args);
  });
}

/** Not what a test has put in its place. */
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
