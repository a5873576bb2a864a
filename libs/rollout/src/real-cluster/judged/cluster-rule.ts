import { type PodFacts } from '../../verdict/pod-facts.js';
import { type Fault } from '../../verdict/verdict.js';
import { type ClusterInquiry, type ClusterLoss } from './cluster-inquiry.js';

/** What was seen of a fault. */
export interface SeenOnCluster extends Pick<Fault, 'severity' | 'title' | 'evidence' | 'remedy'> {
  readonly pods: readonly PodFacts[];
}

/** One cause, as far as the API and the clients show it. The first of a list that explains a loss has it. */
export interface ClusterRule {
  readonly code: string;
  explains(loss: ClusterLoss, inquiry: ClusterInquiry): boolean;
  /** `undefined` where there is nothing to tell. */
  describe(losses: readonly ClusterLoss[], inquiry: ClusterInquiry): SeenOnCluster | undefined;
}

/** Of rules about what lost no request. */
export const explainsNothing = (): boolean => false;
