import { type Workload } from 'nestjs-lifecycle-manifest-check';
import { type RehearsalOptions } from 'nestjs-lifecycle-rollout';
import { podCountIn } from './pod-count.js';

type Surge = Pick<RehearsalOptions, 'maxSurge' | 'maxUnavailable'>;

/** Kinds that are played as what they are. */
const PLAYED: ReadonlySet<string> = new Set([
  'Deployment',
  'StatefulSet',
  'ReplicaSet',
  'ReplicationController',
  'Pod',
]);

/**
 * How an Argo Rollout replaces its pods. A canary does it as a Deployment does, with a share of its own; blue-green starts all new pods
 * before an old one stops. https://argo-rollouts.readthedocs.io/en/stable/features/specification/
 */
export function surgeOfRollout({ spec }: Pick<Workload, 'spec'>): Surge {
  const strategy = spec.at('strategy');
  if (strategy.at('blueGreen').exists) return { maxSurge: '100%', maxUnavailable: 0 };
  const canary = strategy.at('canary');
  return {
    maxSurge: podCountIn(canary.at('maxSurge')) ?? '25%',
    maxUnavailable: podCountIn(canary.at('maxUnavailable')) ?? '25%',
  };
}

/** What is not played of a workload that is no Deployment, in sentences. */
export function* kindNotes({ kind, name, spec }: Pick<Workload, 'kind' | 'name' | 'spec'>): Iterable<string> {
  if (PLAYED.has(kind)) return;
  if (kind !== 'Rollout') {
    yield `${kind} ${name} is played as a Deployment.`;
    return;
  }
  const steps = spec.at('strategy', 'canary', 'steps').items.flatMap(({ entries }) => entries.map(([step]) => step));
  const isBlueGreen = spec.at('strategy', 'blueGreen').exists;
  if (isBlueGreen) {
    yield `${kind} ${name} is played as a Deployment that starts all new pods before an old one stops: scaleDownDelaySeconds, which old pods still wait, is not played.`;
  } else if (steps.length > 0) {
    yield `${kind} ${name}: its steps (${[...new Set(steps)].join(', ')}) are not played, it is updated in one go. Each pod stops as it would.`;
  }
}
