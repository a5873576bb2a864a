import { type PartialReport, workloadRule } from '../rule-kinds/rule.js';
import { hostPortOf } from '../manifest/exclusive.js';
import { rollingUpdateOf } from '../manifest/rolling-update.js';
import { type Workload } from '../manifest/workload.js';

/** Two pods cannot have the same port of the same node. */
export const hostPortTaken = workloadRule({
  id: 'host-port-taken',
  severity: 'warning',
  summary: 'Pods with ports of their node are updated with a surge that finds the ports taken',
  *check(workload) {
    const at = hostPortOf(workload);
    if (at === undefined) return;
    const report = workload.kind === 'DaemonSet' ? onEveryNode(workload) : onSomeNode(workload);
    if (report !== undefined) yield { at, ...report };
  },
});

type WithoutPlace = Omit<PartialReport, 'at'>;

/** See kubernetes/kubernetes#106417. */
function onEveryNode({ spec }: Workload): WithoutPlace | undefined {
  const surge = spec.at('updateStrategy', 'rollingUpdate', 'maxSurge').text;
  if (surge === undefined || Number.parseFloat(surge) === 0) return undefined;
  return {
    severity: 'error',
    message: `a DaemonSet with maxSurge ${surge} puts a second pod on the same node, whose port is taken`,
    why: 'The new pod cannot be scheduled beside the old one, and the old one is not stopped before the new one is ready: the rollout is stuck.',
    remedy: 'updateStrategy:\n  rollingUpdate:\n    maxSurge: 0\n    maxUnavailable: 1',
  };
}

function onSomeNode(workload: Workload): WithoutPlace | undefined {
  const update = rollingUpdateOf(workload);
  if (update === undefined || workload.replicas === 0 || !(update.surge > 0) || update.unavailable > 0)
    return undefined;
  return {
    message: `a rollout with maxSurge ${update.surge} and maxUnavailable 0 needs a node more than there are pods, since the port of each pod's own node is taken`,
    why: 'Without such a node the new pod stays pending, and no old one may be stopped for it: the rollout is stuck until old pods are deleted by hand.',
    remedy: remedyFor(workload),
  };
}

const SURGE = 'strategy:\n  rollingUpdate:\n    maxSurge: 1\n    maxUnavailable: 0';

/** Either a pod is missing for a while, or the port is not the node's. */
function remedyFor({ replicas }: Workload): string {
  const behind = `# without hostPort and hostNetwork, behind a Service (for ports of the nodes, of type NodePort):\n${SURGE}`;
  if (replicas === 1) return behind;
  return `${behind}\n# or with them, and a pod less while it lasts:\nstrategy:\n  rollingUpdate:\n    maxSurge: 0\n    maxUnavailable: 1`;
}
