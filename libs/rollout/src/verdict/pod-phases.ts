import { type RolloutEvent } from '../events/rollout-event.js';
import { type PodFacts } from './pod-facts.js';
import { type PodPhase, type PodSummary } from './verdict.js';

type Spans = PodSummary['phases'];

/** The phases of a pod as the kubelet sees them, without gaps, up to `end`. */
export function phasesOf(pod: PodFacts, end: number): Spans {
  const goneAt = pod.events.find(({ type }) => type === 'pod-gone')?.at ?? end;
  const moves: { phase: PodPhase; from: number }[] = [{ phase: 'starting', from: pod.createdAt }];
  for (const event of pod.events) {
    const phase = phaseAfter(event, moves.at(-1)?.phase ?? 'starting');
    if (phase !== undefined && phase !== moves.at(-1)?.phase) moves.push({ phase, from: event.at });
  }
  return spans(moves, goneAt);
}

/** What the service itself called its phases; the last one lasts until it exits. */
export function servicePhasesOf(pod: PodFacts, end: number): PodSummary['servicePhases'] {
  const moves = pod.servicePhases.map(({ phase, at }) => ({ phase, from: at }));
  return spans(moves, pod.exit?.at ?? end);
}

/** Where the pod was at that time. */
export function phaseAt(phases: Spans, at: number): PodPhase | undefined {
  return (phases.findLast(({ from }) => from <= at) ?? phases[0])?.phase;
}

function spans<Phase>(
  moves: readonly { readonly phase: Phase; readonly from: number }[],
  end: number,
): { phase: Phase; from: number; to: number }[] {
  return moves.map(({ phase, from }, index) => ({ phase, from, to: Math.max(from, moves[index + 1]?.from ?? end) }));
}

/** The phase that an event begins, and the phases it does not end. */
const MOVES: {
  readonly [Type in RolloutEvent['type']]?: { readonly to: PodPhase; readonly not: readonly PodPhase[] };
} = {
  'pod-ready': { to: 'ready', not: ['pre-stop', 'terminating', 'exited'] },
  'pod-not-ready': { to: 'not-ready', not: ['starting', 'pre-stop', 'terminating', 'exited'] },
  'container-restarted': { to: 'starting', not: [] },
  'pre-stop-started': { to: 'pre-stop', not: [] },
  'signal-sent': { to: 'terminating', not: ['exited'] },
  'container-exited': { to: 'exited', not: [] },
};

function phaseAfter({ type }: RolloutEvent, before: PodPhase): PodPhase | undefined {
  const move = MOVES[type];
  return move === undefined || move.not.includes(before) ? undefined : move.to;
}
