import { io, type Socket } from 'socket.io-client';
import { type WebSocket } from 'ws';
import { killAfterTest } from './started-programs.js';

export const TRANSPORTS = ['websocket', 'polling', 'upgraded'] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** A client of a gateway on `IoAdapter`, with everything that happens to it, in order. */
export class SocketIoClient {
  /** `event: data` of whatever comes, then `disconnect: reason`. */
  readonly happened: string[] = [];
  readonly disconnected: Promise<unknown>;

  private constructor(readonly socket: Socket) {
    killAfterTest({ kill: async () => void socket.disconnect() });
    socket.onAny((event: string, data: unknown) => this.happened.push(`${event}: ${JSON.stringify(data)}`));
    this.disconnected = new Promise((resolve) => {
      socket.on('disconnect', (reason) => {
        this.happened.push(`disconnect: ${reason}`);
        resolve(reason);
      });
    });
  }

  /** Resolves once the connection is open, on the transport asked for. */
  static async connect(url: string, transport: Transport): Promise<SocketIoClient> {
    const transports = transport === 'upgraded' ? ['polling', 'websocket'] : [transport];
    const socket = io(url, { transports, forceNew: true, reconnection: false });
    const client = await SocketIoClient.#whenConnected(socket);
    if (transport === 'upgraded' && socket.io.engine.transport.name !== 'websocket') {
      await new Promise((resolve) => socket.io.engine.once('upgrade', resolve));
    }
    return client;
  }

  /** Joins a further namespace on the connection of another client. */
  static join({ socket }: SocketIoClient, namespace: string): Promise<SocketIoClient> {
    return SocketIoClient.#whenConnected(socket.io.socket(namespace));
  }

  static async #whenConnected(socket: Socket): Promise<SocketIoClient> {
    const client = new SocketIoClient(socket);
    await new Promise((resolve, reject) => {
      socket.on('connect', () => resolve(undefined));
      socket.on('connect_error', reject);
    });
    return client;
  }

  /** From now on it is as good as dead: it reads nothing, and answers nothing. */
  stopReading(): void {
    this.#webSocket.pause();
  }

  /** It comes back to life. */
  readOn(): void {
    this.#webSocket.resume();
  }

  /** What the transport has is its own business, except in a test that needs a dead peer. */
  get #webSocket(): WebSocket {
    return (this.socket.io.engine.transport as unknown as { readonly ws: WebSocket }).ws;
  }
}
