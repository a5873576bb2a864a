import { type RolloutEvent } from '../events/rollout-event.js';
import { time } from '../verdict/wording.js';
import { singleLine } from './plain-text.js';

/** An event in a few words, for those worth a line of their own; `undefined` for the others. */
export function eventText(event: RolloutEvent): string | undefined {
  const text = wordsFor(event);
  if (text === undefined) return undefined;
  // A pod's name has that of its workload in it.
  const whose = event.workload === undefined || 'pod' in event ? '' : `${event.workload}: `;
  return singleLine(`${whose}${text}`);
}

type Words = {
  readonly [Type in RolloutEvent['type']]?: (event: Extract<RolloutEvent, { readonly type: Type }>) => string;
};

const WORDS: Words = {
  'update-started': ({ revision }) => `update to revision ${revision} starts`,
  'rollout-step-started': ({ step }) => `step: ${step}`,
  'service-switched': ({ revision }) => `the Service selects revision ${revision}`,
  'update-ended': ({ result }) => `update: ${result.replaceAll('-', ' ')}`,
  'pod-created': ({ revision }) => `created, revision ${revision}`,
  'pod-ready': () => 'ready',
  'pod-not-ready': () => 'not ready',
  'pod-deleted': ({ reason }) => `deleted: ${reason}`,
  'container-restarted': ({ reason }) => `restarted: ${reason}`,
  'pre-stop-started': () => 'preStop',
  'pre-stop-ended': ({ result, detail }) =>
    `preStop ${result}${result === 'done' || detail === '' ? '' : `: ${detail}`}`,
  'signal-sent': ({ signal, remainingMs }) => `${signal}, ${time(remainingMs)} left`,
  'listener-closed': () => 'listener closed',
  'consuming-started': () => 'consumes',
  'consuming-stopped': () => 'consumes no more',
  'service-phase': ({ phase }) => `says: ${phase}`,
  'container-exited': ({ code, signal, isKilledByKubelet }) =>
    isKilledByKubelet ? 'killed: the grace period was over' : `ended with ${signal ?? `exit code ${code}`}`,
  'cluster-told': ({ reason, message }) => `${reason}: ${message}`,
  'chaos-played': ({ chaos, pod, detail }) => `chaos: ${chaos}${detail === '' || detail === pod ? '' : `, ${detail}`}`,
};

function wordsFor<Type extends RolloutEvent['type']>(
  event: Extract<RolloutEvent, { readonly type: Type }>,
): string | undefined {
  const words = WORDS[event.type];
  return words?.(event);
}
