import { type PodSummary } from '../verdict/verdict.js';
import { time } from '../verdict/wording.js';
import { singleLine } from './plain-text.js';
import { padded } from './wrapped-text.js';

/** The longest that a phase of a stop took, and what that pod had for all of them. */
interface LongestPhase {
  readonly phase: string;
  readonly pod: string;
  readonly tookMs: number;
  readonly budgetMs: number;
}

/** How long the phases of a stop took at most, by the service's own names for them; nothing where it says none. */
export function phaseLines(pods: readonly PodSummary[]): string[] {
  return longestPhases(pods).map(
    ({ phase, pod, tookMs, budgetMs }) =>
      `  ${padded(singleLine(phase), 24)}${padded(`${time(tookMs)} of ${time(budgetMs)}`, 20)}${pod}`,
  );
}

function longestPhases(pods: readonly PodSummary[]): LongestPhase[] {
  const longest = new Map<string, LongestPhase>();
  for (const pod of pods) {
    for (const found of phasesOfStop(pod)) {
      const known = longest.get(found.phase);
      if (known === undefined || known.tookMs < found.tookMs) longest.set(found.phase, found);
    }
  }
  return [...longest.values()];
}

/** A phase that had begun before SIGTERM is no part of the stop. */
function phasesOfStop({ name, stop, phases, servicePhases }: PodSummary): LongestPhase[] {
  const signalAt = phases.findLast(({ phase }) => phase === 'terminating')?.from;
  if (stop === undefined || signalAt === undefined) return [];
  const { budgetMs } = stop;
  return servicePhases
    .filter(({ from }) => from >= signalAt)
    .map(({ phase, from, to }) => ({ phase, pod: name, tookMs: to - from, budgetMs }));
}
