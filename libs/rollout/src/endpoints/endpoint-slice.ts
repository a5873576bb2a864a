import { type PodStatus } from '../kubelet/pod-worker.js';
import { type Endpoint } from '../network/balancer.js';

/** One pod in the EndpointSlice, with its three conditions. */
export interface SliceEntry {
  readonly endpoint: Endpoint;
  /** `serving` and not terminating. */
  readonly isReady: boolean;
  /** The pod's readiness, whether it terminates or not. */
  readonly isServing: boolean;
  readonly isTerminating: boolean;
}

/**
 * What the EndpointSlice controller makes of the pods (`endpointslice/utils.go`). A pod stays in it, as terminating, until it has gone;
 * `publishNotReadyAddresses` is taken as off.
 */
export function sliceOf(pods: readonly PodStatus[]): readonly SliceEntry[] {
  return pods.flatMap(({ endpoint, isReady, isDeleted, isGone }) =>
    endpoint === undefined || isGone
      ? []
      : [{ endpoint, isReady: isReady && !isDeleted, isServing: isReady, isTerminating: isDeleted }],
  );
}

/**
 * Where a node sends new connections: to the ready endpoints, and where there is none to those that terminate and still serve (KEP-1669).
 */
export function usableOf(slice: readonly SliceEntry[]): readonly Endpoint[] {
  const ready = slice.filter(({ isReady }) => isReady);
  const usable = ready.length > 0 ? ready : slice.filter(({ isServing, isTerminating }) => isServing && isTerminating);
  return usable.map(({ endpoint }) => endpoint);
}
