import { clearTimeout } from 'node:timers';
import { type Farewell, type Peer } from './peer.js';

/** A WebSocket as the package ws has it; read in 8.21 to 8.23. */
export interface WsClient {
  readonly readyState: number;
  /** Bytes that the kernel has not taken yet. */
  readonly bufferedAmount?: number;
  close(code: number, reason: string): void;
  terminate(): void;
  once(event: 'close', listener: () => void): unknown;
}

/** `WebSocket.CLOSED`. */
const CLOSED = 3;

/** The peer of a client of the package ws, which `WsAdapter` of @nestjs/platform-ws gives to gateways. */
export class WsPeer implements Peer {
  readonly leavesFirst = false;
  readonly isReachable = true;
  hasHeard = false;

  constructor(
    private readonly client: WsClient,
    private readonly farewell: Pick<Farewell, 'closeCode' | 'closeReason'>,
  ) {}

  /** What is said behind the close frame goes nowhere, but ws counts it as buffered. */
  get isSending(): boolean {
    const { readyState, bufferedAmount = 0 } = this.client;
    return readyState !== CLOSED && !isCloseFrameSent(this.client) && bufferedAmount > 0;
  }

  get isOwed(): boolean {
    return this.isSending;
  }

  get socket(): unknown {
    return socketBelow(this.client);
  }

  whenReachable(): Promise<void> {
    return Promise.resolve();
  }

  whenSent(): Promise<void> {
    return Promise.resolve();
  }

  hold(): void {
    // A WebSocket stays open whatever is said.
  }

  join(): void {
    // Each gateway sees the same client.
  }

  close(): void {
    this.hasHeard = true;
    this.client.close(this.farewell.closeCode, this.farewell.closeReason);
    this.stopCloseTimer();
  }

  /**
   * Whoever says goodbye here ends the connection himself if need be. ws would do so 30 s after it has queued its close
   * frame, whether or not the peer is still reading what comes before.
   */
  stopCloseTimer(): void {
    clearTimeout(closeTimerOf(this.client));
  }

  terminate(): void {
    this.client.terminate();
  }

  onceClosed(listener: () => void): void {
    if (this.client.readyState === CLOSED) listener();
    else this.client.once('close', listener);
  }
}

/** Private; read in ws 8.21 to 8.23. Where it has gone, it is not known which socket a WebSocket is on. */
function socketBelow(client: WsClient & { readonly _socket?: unknown }): unknown {
  return client._socket;
}

/** Private; read in ws 8.21 to 8.23. Where it has gone, the close frame counts as unsent while anything is buffered. */
function isCloseFrameSent(client: WsClient & { readonly _closeFrameSent?: unknown }): boolean {
  return client._closeFrameSent === true;
}

/** Private; read in ws 8.21 to 8.23. Where it has gone, ws ends readers that take more than 30 s. */
function closeTimerOf(client: WsClient & { readonly _closeTimer?: NodeJS.Timeout | null }): NodeJS.Timeout | undefined {
  return client._closeTimer ?? undefined;
}

/** Whether something is a client of the package ws, or like one. */
export function isWsClient(value: unknown): value is WsClient {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof Reflect.get(value, 'readyState') === 'number' &&
    ['close', 'terminate', 'once'].every((name) => typeof Reflect.get(value, name) === 'function')
  );
}
