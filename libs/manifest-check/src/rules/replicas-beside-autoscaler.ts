import { workloadRule } from '../rule-kinds/rule.js';
import { wholeNumber } from '../manifest/whole-number.js';

/** Two that write the same field take turns. */
export const replicasBesideAutoscaler = workloadRule({
  id: 'replicas-beside-autoscaler',
  severity: 'warning',
  summary: 'A workload says how many pods it has beside an autoscaler that decides it',
  *check({ root, autoscalers, kind }) {
    const [scaler] = autoscalers;
    const at = root.at('spec', 'replicas');
    const written = at.exists ? wholeNumber(at, 1) : undefined;
    if (scaler === undefined || written === undefined) return;
    const most = wholeNumber(
      scaler.root.at('spec', scaler.kind === 'ScaledObject' ? 'maxReplicaCount' : 'maxReplicas'),
      100,
    );
    // Nothing is taken away where that is the most there may be; 0 switches an autoscaler off, and is meant.
    if (written === 0 || most === undefined || written >= most) return;
    yield {
      at,
      message: `replicas is ${written}, and ${scaler.kind} ${scaler.name} scales it up to ${most}`,
      why: `Every apply sets it back to ${written}, whatever the load: under load most pods are stopped at once, and the others get all of their requests.`,
      remedy: `Delete replicas from the ${kind}. (Before that, once: kubectl apply edit-last-applied, and delete it there, or the next apply takes it for 1.)`,
    };
  },
});
