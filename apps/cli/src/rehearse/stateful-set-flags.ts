import { type RehearsalOptions, type StatefulSetOptions } from 'nestjs-lifecycle-rollout';
import { UsageError } from '../usage-error.js';
import { podCount } from './pod-count.js';
import { type RehearseFlags } from './rehearse-flags.js';

/** What a workload has that is no Deployment. */
type Kinds = 'statefulSet' | 'argoRollout';

/**
 * The same options as those of a StatefulSet where one is meant, by a manifest or by what was typed.
 *
 * @throws UsageError for a flag that a workload of that kind has not
 */
export function withKind<Options extends Pick<RehearsalOptions, Kinds>>(
  { statefulSet, argoRollout, ...options }: Options,
  flags: RehearseFlags,
): Omit<Options, Kinds> & Pick<RehearsalOptions, Kinds> {
  const { workloadKind, partition } = flags;
  const isStatefulSet = workloadKind === undefined ? statefulSet !== undefined : workloadKind === 'StatefulSet';
  if (isStatefulSet) return { ...options, statefulSet: { ...statefulSet, ...typedOf(flags) } };
  if (partition !== undefined) {
    throw new UsageError('--partition is about a StatefulSet: add --workload-kind StatefulSet');
  }
  return { ...options, ...(workloadKind === undefined && argoRollout !== undefined && { argoRollout }) };
}

function typedOf({ partition, maxUnavailable, maxSurge, strategy }: RehearseFlags): StatefulSetOptions {
  const ofDeployment = maxSurge === undefined ? strategy !== undefined && '--strategy' : '--max-surge';
  if (ofDeployment !== false) {
    throw new UsageError(
      `${ofDeployment} is about a Deployment: a StatefulSet replaces each pod after it has gone, as many at a time as --max-unavailable says`,
    );
  }
  return {
    ...(partition !== undefined && { partition }),
    ...(maxUnavailable !== undefined && { maxUnavailable: podCount(maxUnavailable) }),
  };
}
