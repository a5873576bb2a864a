import { type ClusterAct } from '../../libs/rollout/src/real-cluster/act/cluster-act.js';
import { type Target } from '../../libs/rollout/src/real-cluster/act/apply-change.js';
import { type ClusterStage } from '../../libs/rollout/src/real-cluster/cluster-stage.js';

/** What Nest runs on in the pods. */
export const ADAPTERS = ['express', 'fastify'] as const;
export type Adapter = (typeof ADAPTERS)[number];

/** One thing that is done to a fresh Deployment under load, and what must come of it. */
export interface Scene {
  readonly name: string;
  readonly replicas: number;
  readonly graceSeconds: number;
  readonly env: Readonly<Record<string, string>>;
  /** `deaf`: a shell is pid 1 and passes no signal on, so SIGTERM never comes to the service. */
  readonly process: 'service' | 'deaf';
  /** How many pods a budget keeps, where there is one before the act. */
  readonly budget: number | undefined;
  /** `clean`: nothing is lost, and each pod ends with 0. `killed`: its pod is killed, and every loss is explained by that. */
  readonly ends: 'clean' | 'killed';
  readonly act: (target: Target, stage: ClusterStage) => ClusterAct;
}
