import { type Attempt } from '../ledger/request-record.js';

/** Where a pod can be reached. */
export interface Endpoint {
  readonly pod: string;
  readonly port: number;
}

/** What stands between the clients and the pods: listens on loopback, and hands over to the endpoints it knows of. */
export interface Balancer {
  /** Where clients connect. */
  readonly port: number;
  /** What one node knows from now on. New connections, or requests, of that node go only there. */
  update(node: number, endpoints: readonly Endpoint[]): void;
  /** The pod behind this endpoint has gone: its address refuses from now on, and later answers nothing at all. */
  gone(endpoint: Endpoint): void;
  /**
   * The pods that a client's request was handed to: by the request's header `x-request-id` where the balancer reads requests, by the
   * client's local port where it only sees connections. None where there was no endpoint to hand it to, which is a refusal.
   */
  attemptsOf(client: { readonly requestId: string; readonly localPort: number | undefined }): readonly Attempt[];
  /** How many connections to that pod are open at this moment: opened by a client or kept in a pool, and not ended by the pod. */
  connectionsTo(pod: string): number;
  /** Ends the balancer and every connection through it. */
  close(): Promise<void>;
}
