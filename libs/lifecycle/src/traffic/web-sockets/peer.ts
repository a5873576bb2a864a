/** The other end of a connection, for any WebSocket library. */
export interface Peer {
  /**
   * Whether it gets messages only through connections that it opens again and again, so that it must leave before the
   * listener closes.
   */
  readonly leavesFirst: boolean;
  /** Whether a close notice can be sent to it without a new connection of its own. */
  readonly isReachable: boolean;
  /** Whether the close notice has been written to the peer's connection. */
  readonly hasSentClose: boolean;
  /** Whether earlier messages are still being sent: until then the peer cannot answer a close frame. */
  readonly isSending: boolean;
  /** Whether terminating it now would lose messages that were sent before the close notice; as far as can be seen. */
  readonly hasUndelivered: boolean;
  /** The TCP or TLS socket of the connection, where it has a single one. */
  readonly socket: unknown;
  /** Resolves once {@link isReachable}, or once the connection is closed. */
  whenReachable(): Promise<void>;
  /** Resolves once the answers that {@link hold} has found have been sent or given up. */
  whenSent(): Promise<void>;
  /** Holds messages back from now on, where sending each would need a connection that the peer cannot open any more. */
  hold(): void;
  /** Adds another client on the same connection, such as one of a further namespace. */
  join(client: object): void;
  /** Sends the close notice, behind all earlier messages. */
  close(): void;
  /** Ends the connection without waiting for the peer. */
  terminate(): void;
  /** Calls `listener` once the connection is closed. */
  onceClosed(listener: () => void): void;
}

/** What clients get when the server closes their connection. */
export interface CloseNotice {
  /** Close code of a WebSocket (RFC 6455 §7.4). */
  readonly closeCode: number;
  readonly closeReason: string;
  /** The name of the event that socket.io clients get. */
  readonly event: string;
}
