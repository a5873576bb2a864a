/** The other end of a connection, whatever library carries it. */
export interface Peer {
  /** Whether it can be told only through connections it opens again and again, so before the listener closes. */
  readonly leavesFirst: boolean;
  /** Whether nothing more has to come through the listener to tell it to go. */
  readonly isReachable: boolean;
  /** Whether the goodbye has been handed to the peer's connection. */
  readonly hasHeard: boolean;
  /** Whether something that was said is still on its way out: until that has been sent, no goodbye can be answered. */
  readonly isSending: boolean;
  /** Whether something would be lost that was said before the goodbye, if it were terminated now; as far as can be seen. */
  readonly isOwed: boolean;
  /** The TCP or TLS socket it is on, while that is one and the same. */
  readonly socket: unknown;
  /** Resolves once {@link isReachable}, or the connection is gone. */
  whenReachable(): Promise<void>;
  /** Resolves once what {@link hold} has found on its way has been sent, or has been given up. */
  whenSent(): Promise<void>;
  /** Keeps back what is said from now on, where saying it needs a connection that the peer cannot open again. */
  hold(): void;
  /** Another client on the same connection, such as one of a further namespace. */
  join(client: object): void;
  /** Says goodbye. What has been said before arrives first. */
  close(): void;
  /** Ends the connection without waiting for the peer. */
  terminate(): void;
  /** Calls `listener` once the connection is closed. */
  onceClosed(listener: () => void): void;
}

/** What peers are told on the way out. */
export interface Farewell {
  /** Close code of a WebSocket (RFC 6455 §7.4). */
  readonly closeCode: number;
  readonly closeReason: string;
  /** Name of the event that socket.io clients get. */
  readonly event: string;
}
