/** Connections that were open when the listener was closed. What they bring is served, but not for ever. */
export interface LateConnectionsReport {
  /** Requests that came on them, and were waited for like any other. */
  readonly requests: number;
  /**
   * Idle ones that were closed while others still brought requests: two seconds after nothing else was in flight. 0 where
   * that limit was not reached.
   */
  readonly closed: number;
}

/**
 * WebSockets that were open when the drain began, of gateways and of GraphQL subscriptions. Idle ones that were ended
 * without an answer lose nothing, so they leave the outcome alone; messages that ran on them are in `requests`.
 */
export interface WebSocketsReport {
  /** Told to go, and closed by both sides. */
  readonly closed: number;
  /** Ended by this side alone: the peer did not answer, or the time was up. */
  readonly terminated: number;
}

/**
 * Sockets that the application has upgraded by itself (a WebSocket server that is no gateway, a proxy, a tunnel). Only
 * its own code can close them in their protocol, and what they carry is not known, so they leave the outcome alone.
 */
export interface UpgradedSocketsReport {
  /** Open at the signal, and ended since by their clients or by the application's own code. */
  readonly closed: number;
  /** Still open when all hooks had run, and ended by this side alone. The log names them. */
  readonly terminated: number;
}

/** Parts of the report that sources fill by themselves. */
export interface ReportSections {
  readonly lateConnections: LateConnectionsReport;
  readonly webSockets: WebSocketsReport;
  readonly upgradedSockets: UpgradedSocketsReport;
}
