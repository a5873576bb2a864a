import { type DeploymentObject } from '../api/objects.js';

/** How far a Deployment is with its latest template, as `kubectl rollout status` tells it. */
export type RolloutState = 'complete' | 'running' | 'stuck';

/** Where it is now. `stuck`: its progress deadline is over. */
export function rolloutState({ metadata, spec, status }: DeploymentObject): RolloutState {
  const { observedGeneration, replicas, updatedReplicas, availableReplicas, conditions } = status;
  if (observedGeneration < (metadata.generation ?? 0)) return 'running';
  if (conditions.some(({ reason }) => reason === 'ProgressDeadlineExceeded')) return 'stuck';
  const isDone = updatedReplicas >= spec.replicas && replicas === updatedReplicas && availableReplicas >= spec.replicas;
  return isDone ? 'complete' : 'running';
}

/** Why a Deployment cannot be rehearsed now, with what to type; `undefined` where it can. */
export function whyUnfit(deployment: DeploymentObject, kubectl: string): string | undefined {
  const { name } = deployment.metadata;
  if (deployment.spec.paused) {
    return `deployment/${name} is paused, so a restart would do nothing: ${kubectl} rollout resume deployment/${name}`;
  }
  if (deployment.spec.replicas === 0) {
    return `deployment/${name} has no replicas, so there is nothing to roll: ${kubectl} scale deployment/${name} --replicas 2`;
  }
  switch (rolloutState(deployment)) {
    case 'complete':
      return undefined;
    case 'running':
      return `deployment/${name} is being rolled out already, and a second rollout would mix with it. Wait for it: ${kubectl} rollout status deployment/${name}`;
    case 'stuck':
      return `the last rollout of deployment/${name} did not go through. Repair or undo it first: ${kubectl} rollout undo deployment/${name}`;
  }
}
