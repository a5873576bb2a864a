import { type Field, type Workload } from 'nestjs-lifecycle-manifest-check';
import { type ArgoRolloutOptions, type RehearsalOptions } from 'nestjs-lifecycle-rollout';
import { podCountIn } from './pod-count.js';

type RolloutUpdate = Pick<RehearsalOptions, 'maxSurge' | 'maxUnavailable' | 'argoRollout'>;

/** Kinds that are played as what they are. */
const PLAYED: ReadonlySet<string> = new Set([
  'Deployment',
  'StatefulSet',
  'ReplicaSet',
  'ReplicationController',
  'Pod',
]);

/** What is seen of two revisions beside each other is seen in half a minute; a rehearsal waits no longer for what a manifest makes it wait. */
const LONGEST_WAIT_S = 30;
/** Where a person promotes a rollout, the rehearsal does it after so long. */
const PROMOTED_AFTER_S = 5;
/** Of Argo Rollouts. */
const SCALE_DOWN_DELAY_S = 30;

/**
 * How an Argo Rollout replaces its pods: a canary in the order of its steps, or all new pods before the Service is switched to them.
 * https://argo-rollouts.readthedocs.io/en/stable/features/specification/
 */
export function updateOfRollout({ spec }: Pick<Workload, 'spec'>): RolloutUpdate {
  const blueGreen = spec.at('strategy', 'blueGreen');
  if (blueGreen.exists) return { maxSurge: '100%', maxUnavailable: 0, argoRollout: ofBlueGreen(blueGreen) };
  const canary = spec.at('strategy', 'canary');
  const steps = canary.at('trafficRouting').exists ? [] : canary.at('steps').items.flatMap((step) => stepOf(step));
  return {
    maxSurge: podCountIn(canary.at('maxSurge')) ?? '25%',
    maxUnavailable: podCountIn(canary.at('maxUnavailable')) ?? '25%',
    ...(steps.length > 0 && { argoRollout: { steps } }),
  };
}

function ofBlueGreen(blueGreen: Field): ArgoRolloutOptions {
  const promotion = needsPerson(blueGreen) ? PROMOTED_AFTER_S : (blueGreen.at('autoPromotionSeconds').number ?? 0);
  const delay = blueGreen.at('scaleDownDelaySeconds').number ?? SCALE_DOWN_DELAY_S;
  return { blueGreen: { promotion: playedMs(promotion), scaleDownDelay: playedMs(delay) } };
}

function stepOf(step: Field): NonNullable<ArgoRolloutOptions['steps']> {
  const weight = step.at('setWeight').number;
  if (weight !== undefined) return [{ setWeight: weight }];
  if (!step.at('pause').exists) return [];
  return [{ pause: playedMs(pauseSeconds(step) ?? PROMOTED_AFTER_S) }];
}

function playedMs(seconds: number): number {
  return Math.min(seconds, LONGEST_WAIT_S) * 1000;
}

const SECONDS_OF: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** `undefined` where somebody has to promote it. */
function pauseSeconds(step: Field): number | undefined {
  const duration = step.at('pause', 'duration');
  if (duration.number !== undefined) return duration.number;
  const [, number, unit = 's'] = /^(\d+)([smh]?)$/.exec(duration.text ?? '') ?? [];
  return number === undefined ? undefined : Number(number) * (SECONDS_OF[unit === '' ? 's' : unit] ?? 1);
}

/** Argo waits for a person without end where neither is said. */
function needsPerson(blueGreen: Field): boolean {
  return blueGreen.at('autoPromotionEnabled').text === 'false' && !blueGreen.at('autoPromotionSeconds').exists;
}

/** What is not played of a workload that is no Deployment, in sentences. */
export function* kindNotes({ kind, name, spec }: Pick<Workload, 'kind' | 'name' | 'spec'>): Iterable<string> {
  if (PLAYED.has(kind)) return;
  if (kind !== 'Rollout') {
    yield `${kind} ${name} is played as a Deployment.`;
    return;
  }
  const blueGreen = spec.at('strategy', 'blueGreen');
  const said = blueGreen.exists ? blueGreenNotes(blueGreen) : canaryNotes(spec.at('strategy', 'canary'));
  for (const note of said) yield `${kind} ${name}: ${note}`;
}

function* blueGreenNotes(blueGreen: Field): Iterable<string> {
  if (needsPerson(blueGreen))
    yield `it waits for a person to promote it, who does so here after ${PROMOTED_AFTER_S} s.`;
  for (const wait of ['autoPromotionSeconds', 'scaleDownDelaySeconds']) {
    const seconds = blueGreen.at(wait).number ?? 0;
    if (seconds > LONGEST_WAIT_S) yield `its ${wait} of ${seconds} is played as ${LONGEST_WAIT_S} s.`;
  }
  const left = ['previewReplicaCount', 'prePromotionAnalysis', 'postPromotionAnalysis'].filter(
    (option) => blueGreen.at(option).exists,
  );
  if (left.length > 0) yield `its ${left.join(', ')} ${left.length === 1 ? 'is' : 'are'} not played.`;
}

function* canaryNotes(canary: Field): Iterable<string> {
  const steps = canary.at('steps').items;
  const names = [...new Set(steps.flatMap(({ entries }) => entries.map(([step]) => step)))];
  if (steps.length > 0 && canary.at('trafficRouting').exists) {
    yield `its steps (${names.join(', ')}) are not played, for requests are shared out by its trafficRouting: it is updated in one go. Each pod stops as it would.`;
    return;
  }
  const pauses = steps.filter((step) => step.at('pause').exists).map((step) => pauseSeconds(step));
  if (pauses.includes(undefined)) {
    yield `a pause without a duration waits for a person, who ends it here after ${PROMOTED_AFTER_S} s.`;
  }
  if (pauses.some((seconds = 0) => seconds > LONGEST_WAIT_S)) {
    yield `a pause longer than ${LONGEST_WAIT_S} s is played as ${LONGEST_WAIT_S} s.`;
  }
  const left = names.filter((step) => step !== 'setWeight' && step !== 'pause');
  if (left.length > 0) yield `steps of ${left.join(', ')} are not played, and the next one follows at once.`;
  if (canary.at('analysis').exists) yield `its analysis is not played.`;
}
