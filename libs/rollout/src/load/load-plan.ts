/** What the clients do during a rehearsal. */
export interface LoadPlan {
  /** Asked once, before the load, for the token that `{token}` stands for. */
  readonly login?: Login | undefined;
  /** Only where there are calls of gRPC. */
  readonly grpc?: GrpcSource | undefined;
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

/** Where it is said what messages of gRPC look like. */
export interface GrpcSource {
  /** Proto files, relative to the folder; none: the running service is asked (server reflection). */
  readonly protos: readonly string[];
  /** Of the project, which has the packages that messages are encoded with. */
  readonly folder: string;
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
  readonly transport: 'http1' | 'http2' | 'event-stream' | 'websocket' | 'grpc';
  readonly method: string;
  /** With its query; of gRPC the service and its method, as `/orders.v1.Orders/Get`. Every `{n}` becomes the number of the request. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as it is; every `{n}` becomes the number of the request. */
  readonly body: string | undefined;
  /** Bytes a second for the body; `undefined`: at once. */
  readonly uploadBytesPerSecond: number | undefined;
  /** Bytes a second the answer is read with; `undefined`: at once. */
  readonly downloadBytesPerSecond: number | undefined;
  /** What counts as answered; by default everything below 500. Of gRPC: codes from 0 to 16, by default those that stand for what is below 500. */
  readonly expect: readonly number[] | undefined;
  /** What the body of an answer must have in it to count as answered; `undefined`: anything. */
  readonly bodyHas: readonly string[] | undefined;
  /** What it must not have in it, as `"errors"` of GraphQL. */
  readonly bodyHasNot: readonly string[] | undefined;
  /**
   * Long-lived kinds: how long an event stream, a WebSocket or a stream of gRPC stays open before the client itself closes it; `undefined`: until the load
   * stops, as those of real clients outlive any rollout. Of those, {@link MOST_STAYING} stay at once.
   */
  readonly openFor: number | undefined;
}

/** Whether nothing but calls of gRPC is asked: there may be no HTTP/1.1 behind the port. */
export function isAllGrpc({ kinds }: LoadPlan): boolean {
  return kinds.length > 0 && kinds.every(({ transport }) => transport === 'grpc');
}

/** So many clients of one kind stay on a stream at once where their time has no end; those that come beyond that are left out. */
export const MOST_STAYING = 20;
