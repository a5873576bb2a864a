import { type Guard } from '../../errors/guard.js';
import { type GatewayMessage, type GatewayWork, type MessageCallback } from './gateway-work.js';
import { type WebSockets } from './web-sockets.js';

/** The part of Nest's `WebSocketAdapter` used here; the same in Nest 11 and 12. */
export interface GatewayAdapter {
  bindClientConnect(server: unknown, callback: (client: object, ...args: unknown[]) => void): unknown;
  bindMessageHandlers(client: object, handlers: readonly MessageHandler[], transform: unknown): unknown;
}

interface MessageHandler {
  readonly message: unknown;
  readonly callback: MessageCallback;
}

interface FollowSteps {
  readonly webSockets: WebSockets;
  readonly work: GatewayWork;
  /** How the handler of a message is counted. */
  readonly messageOf: (message: unknown) => GatewayMessage;
  /** A gateway is served by `server`. */
  readonly onServer: (server: unknown) => void;
  readonly guard: Guard;
}

/**
 * Follows what an adapter binds: which clients connect, and the handlers of their messages. Nest asks the adapter
 * itself for each, so own properties are found first. Returns its undo.
 */
export function followAdapter(adapter: GatewayAdapter, steps: FollowSteps): () => void {
  const { webSockets, work, messageOf, onServer, guard } = steps;
  const bindClientConnect = adapter.bindClientConnect.bind(adapter);
  const bindMessageHandlers = adapter.bindMessageHandlers.bind(adapter);
  const own = Object.getOwnPropertyDescriptors(adapter);
  adapter.bindClientConnect = (server, callback) => {
    guard('finding what a gateway is served by', undefined, () => onServer(server));
    return bindClientConnect(server, (client, ...args) => {
      guard('following a client of a gateway', undefined, () => webSockets.opened(client));
      callback(client, ...args);
    });
  };
  adapter.bindMessageHandlers = (client, handlers, transform) => {
    const counted = handlers.map((handler) => ({
      ...handler,
      callback: work.counted(client, handler.callback, messageOf(handler.message)),
    }));
    return bindMessageHandlers(client, counted, transform);
  };
  return () => {
    for (const name of ['bindClientConnect', 'bindMessageHandlers'] as const) {
      if (own[name] === undefined) Reflect.deleteProperty(adapter, name);
      else Object.defineProperty(adapter, name, own[name]);
    }
  };
}
