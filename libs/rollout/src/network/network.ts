import { type Lag } from '../random/lag.js';

/** Between the clients and the pods. */
export interface Network {
  /**
   * `connection`: as kube-proxy, an endpoint is chosen when a connection opens, which stays there until it closes.
   * `request`: as an ingress or a cloud load balancer, each request is given to a pooled connection of some endpoint.
   */
  readonly balancer: 'connection' | 'request';
  /** How many nodes or balancer instances there are, each with its own, late, view of the endpoints. */
  readonly nodes: number;
  /** From a change of the endpoints until a node knows of it. */
  readonly endpointLag: Lag;
  /** Only for `request`: how long an upstream connection may be idle before the balancer closes it. */
  readonly idleTimeoutMs: number;
  /** Only for `request`: how often a request that failed before its answer began is tried on another endpoint. */
  readonly retries: number;
  /** After a pod has gone its address refuses for so long, and is a black hole from then on. */
  readonly refusedForMs: number;
}
