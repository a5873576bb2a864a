import { type ClusterAct } from '../../libs/rollout/src/real-cluster/act/cluster-act.js';
import { type Target } from '../../libs/rollout/src/real-cluster/act/apply-change.js';
import { restartOf } from '../../libs/rollout/src/real-cluster/act/change.js';
import { DrainAct } from '../../libs/rollout/src/real-cluster/act/drain-act.js';
import { DeleteAct } from '../../libs/rollout/src/real-cluster/act/pod-act.js';
import { ScaleInAct } from '../../libs/rollout/src/real-cluster/act/scale-in-act.js';
import { TemplateAct } from '../../libs/rollout/src/real-cluster/act/template-act.js';
import { type ClusterStage } from '../../libs/rollout/src/real-cluster/cluster-stage.js';
import { BudgetedEvictAct } from './budgeted-evict-act.js';
import { type Scene } from './scene.js';

const USUAL = {
  replicas: 3,
  graceSeconds: 40,
  env: {},
  process: 'service',
  budget: undefined,
  ends: 'clean',
} as const satisfies Partial<Scene>;

/** All of them, in the order in which they are played. */
export const SCENES: readonly Scene[] = [
  { ...USUAL, name: 'rolling-update', act: restart },
  { ...USUAL, name: 'deletion', act: (target) => new DeleteAct(target) },
  { ...USUAL, name: 'eviction', act: (target) => new BudgetedEvictAct(target) },
  { ...USUAL, name: 'drain', budget: 2, act: (target) => new DrainAct(target) },
  { ...USUAL, name: 'scale-in', act: (target) => new ScaleInAct(target) },
  {
    ...USUAL,
    name: 'one-replica',
    replicas: 1,
    // The replacement has to start within it.
    graceSeconds: 90,
    env: { SHUTDOWN_SINGLE_REPLICA: 'true' },
    act: (target) => new DeleteAct(target),
  },
  {
    ...USUAL,
    name: 'ignored-sigterm',
    replicas: 2,
    graceSeconds: 5,
    process: 'deaf',
    ends: 'killed',
    act: (target) => new DeleteAct(target),
  },
];

function restart(target: Target, { view }: ClusterStage): ClusterAct {
  const { deployment } = view;
  if (deployment === undefined) throw new Error('the Deployment is gone before anything was done to it');
  return new TemplateAct(target, restartOf(deployment, new Date()), () => view.leaving);
}
