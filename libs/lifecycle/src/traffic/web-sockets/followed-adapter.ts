import { type Guard } from '../../errors/foreign-call.js';
import { replaceMethod } from '../../patching/replace-method.js';
import { type GatewayMessage, type GatewayWork, type MessageCallback } from './gateway-work.js';
import { type WebSockets } from './web-sockets.js';

type ConnectCallback = (client: object, ...args: unknown[]) => void;

/** The part of Nest's `WebSocketAdapter` used here; the same in Nest 11 and 12. */
export interface GatewayAdapter {
  bindClientConnect(server: unknown, callback: ConnectCallback): unknown;
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
  /** Called with the server of a gateway. */
  readonly onServer: (server: unknown) => void;
  readonly guard: Guard;
}

/**
 * Follows what an adapter binds: the clients that connect, and the handlers of their messages. Nest calls methods of
 * the adapter for both, and finds own properties first. Returns its undo.
 */
export function followAdapter(adapter: GatewayAdapter, steps: FollowSteps): () => void {
  const { webSockets, work, messageOf, onServer, guard } = steps;
  const undoConnect = replaceMethod(adapter, 'bindClientConnect', (original) => (server, ...rest) => {
    // The arguments with which Nest calls it.
    const [callback] = rest as [ConnectCallback];
    guard('finding what a gateway is served by', undefined, () => onServer(server));
    const followed: ConnectCallback = (client, ...args) => {
      guard('following a client of a gateway', undefined, () => webSockets.opened(client));
      callback(client, ...args);
    };
    return Reflect.apply(original, adapter, [server, followed]);
  });
  const undoMessages = replaceMethod(adapter, 'bindMessageHandlers', (original) => (...given) => {
    // The arguments with which Nest calls it.
    const [client, handlers, transform] = given as [object, readonly MessageHandler[], unknown];
    const count = (handler: MessageHandler): MessageHandler => ({
      ...handler,
      callback: work.counted(client, handler.callback, messageOf(handler.message)),
    });
    return Reflect.apply(original, adapter, [client, handlers.map(count), transform]);
  });
  return () => {
    undoConnect();
    undoMessages();
  };
}
