import { type Socket } from 'node:net';

/** The connection a message of Nest's TCP transport came on, by its context (`TcpContext.getSocketRef()`, Nest 11 and 12). */
export function tcpSocketOf(context: object | undefined): Socket | undefined {
  if (context === undefined || !('getSocketRef' in context) || typeof context.getSocketRef !== 'function') {
    return undefined;
  }
  const wrapper: unknown = Reflect.apply(context.getSocketRef, context, []);
  const socket: unknown =
    typeof wrapper === 'object' && wrapper !== null ? Reflect.get(wrapper, 'netSocket') : undefined;
  return isSocket(socket) ? socket : undefined;
}

/** Calls listeners once a connection is closed, with one listener of its own: Node warns of more than ten. */
export class ClosedSockets {
  readonly #listeners = new WeakMap<Socket, Set<() => void>>();

  /** Calls `listener` once `socket` is closed, in the next microtask when it is closed already. Returns its undo. */
  once(socket: Socket, listener: () => void): () => void {
    if (socket.destroyed) {
      queueMicrotask(listener);
      return () => undefined;
    }
    const listeners = this.#listeners.get(socket) ?? this.#follow(socket);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  #follow(socket: Socket): Set<() => void> {
    const listeners = new Set<() => void>();
    this.#listeners.set(socket, listeners);
    socket.once('close', () => {
      for (const listener of listeners) listener();
    });
    return listeners;
  }
}

/** Of Node's or like it: the application may bring a socket of its own. */
function isSocket(value: unknown): value is Socket {
  return typeof value === 'object' && value !== null && 'bytesRead' in value && 'destroyed' in value;
}
