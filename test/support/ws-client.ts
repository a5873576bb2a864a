import { once } from 'node:events';
import { WebSocket } from 'ws';
import { killAfterTest } from './started-programs.js';

/** How a WebSocket was closed, as its client saw it. */
export interface Close {
  readonly code: number;
  readonly reason: string;
}

/** A client of a gateway on `WsAdapter`: sends messages, and keeps everything it gets. */
export class WsClient {
  readonly received: unknown[] = [];
  readonly closed: Promise<Close>;

  private constructor(readonly socket: WebSocket) {
    killAfterTest({ kill: async () => socket.terminate() });
    socket.on('message', (data: Buffer) => this.received.push(JSON.parse(data.toString())));
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    // Said by the close event, too.
    socket.on('error', () => undefined);
  }

  /** Resolves once the connection is open. Trusts every certificate. */
  static async connect(url: string): Promise<WsClient> {
    const socket = new WebSocket(url.replace('http', 'ws'), { rejectUnauthorized: false });
    const client = new WsClient(socket);
    await once(socket, 'open');
    return client;
  }

  send(event: string, data: unknown = {}): void {
    this.socket.send(JSON.stringify({ event, data }));
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }
}
