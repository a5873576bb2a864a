import { clearTimeout } from 'node:timers';
import { type CloseNotice, type Peer } from './peer.js';

/** A WebSocket of the package ws; read in 8.21 to 8.23. */
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

/** The peer of a client of the package ws, which `WsAdapter` of @nestjs/platform-ws passes to gateways. */
export class WsPeer implements Peer {
  readonly leavesFirst = false;
  readonly isReachable = true;
  hasSentClose = false;

  constructor(
    private readonly client: WsClient,
    private readonly closeNotice: Pick<CloseNotice, 'closeCode' | 'closeReason'>,
  ) {}

  /** ws drops what is sent behind the close frame, but counts it as buffered. */
  get isSending(): boolean {
    const { readyState, bufferedAmount = 0 } = this.client;
    return readyState !== CLOSED && !isCloseFrameSent(this.client) && bufferedAmount > 0;
  }

  get hasUndelivered(): boolean {
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
    // A WebSocket stays open whatever is sent.
  }

  join(): void {
    // All gateways share the same client.
  }

  close(): void {
    this.hasSentClose = true;
    this.client.close(this.closeNotice.closeCode, this.closeNotice.closeReason);
    this.stopCloseTimer();
  }

  /**
   * Stops the timer by which ws ends the connection 30 s after it has queued its close frame, even while the peer still
   * reads earlier messages. The connection ends it by its own timers instead.
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

/** Private; read in ws 8.21 to 8.23. Where it does not exist any more, the socket of a WebSocket is unknown. */
function socketBelow(client: WsClient & { readonly _socket?: unknown }): unknown {
  return client._socket;
}

/**
 * Private; read in ws 8.21 to 8.23. Where it does not exist any more, the close frame counts as unsent while anything
 * is buffered.
 */
function isCloseFrameSent(client: WsClient & { readonly _closeFrameSent?: unknown }): boolean {
  return client._closeFrameSent === true;
}

/**
 * Private; read in ws 8.21 to 8.23. Where it does not exist any more, ws ends peers that take more than 30 s to read.
 */
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
