/** What the clients do during a rehearsal. */
export interface LoadPlan {
  /** Asked once, before the load, for the token that `{token}` stands for. */
  readonly login?: Login | undefined;
  readonly kinds: readonly RequestKind[];
  /** Requests a second that come whatever the answers do (open loop), over all kinds without a rate of their own. */
  readonly openPerSecond: number;
  /** Clients that ask again as soon as they have been answered (closed loop). */
  readonly closedClients: number;
  /** The share of open-loop requests on connections that are kept alive, 0 to 1; the rest open a connection each. */
  readonly keepAliveShare: number;
  /** How many connections the kept-alive ones share. */
  readonly keepAliveConnections: number;
}

/** A request that is asked once, before all others, for the token that they send. */
export interface Login {
  readonly kind: RequestKind;
  /** Where the token is in the JSON of the answer, as in `data.token`; `undefined`: under one of the usual names. */
  readonly token: string | undefined;
}

/** One kind of request, and how often it is asked among the others. */
export interface RequestKind {
  /** As in `POST /orders`: what the verdict calls it. */
  readonly name: string;
  readonly weight: number;
  readonly transport: 'http1' | 'http2' | 'event-stream' | 'websocket';
  readonly method: string;
  /** With its query. Every `{n}` becomes the number of the request. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as it is; every `{n}` becomes the number of the request. */
  readonly body: string | undefined;
  /** Bytes a second for the body; `undefined`: at once. */
  readonly uploadBytesPerSecond: number | undefined;
  /** Bytes a second the answer is read with; `undefined`: at once. */
  readonly downloadBytesPerSecond: number | undefined;
  /** What counts as answered; by default everything below 500. */
  readonly expect: readonly number[] | undefined;
  /** What the body of an answer must have in it to count as answered; `undefined`: anything. */
  readonly bodyHas: readonly string[] | undefined;
  /** What it must not have in it, as `"errors"` of GraphQL. */
  readonly bodyHasNot: readonly string[] | undefined;
  /**
   * Long-lived kinds: how long an event stream or WebSocket stays open before the client itself closes it; `undefined`: until the load
   * stops, as those of real clients outlive any rollout. Of those, {@link MOST_STAYING} stay at once.
   */
  readonly openFor: number | undefined;
}

/** So many clients of one kind stay on a stream at once where their time has no end; those that come beyond that are left out. */
export const MOST_STAYING = 20;
