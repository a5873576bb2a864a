import { type RolloutEvent } from '../events/rollout-event.js';
import { gatherPods } from './pod-facts.js';
import { phaseAt, phasesOf, servicePhasesOf } from './pod-phases.js';
import { type PodPhase } from './verdict.js';

/** What a pod was doing at one moment. */
export interface PodMoment {
  readonly name: string;
  readonly phase: PodPhase | undefined;
  /** Milliseconds since that phase began. */
  readonly forMs: number;
  /** What the service itself called its phase; `undefined` where it had said none. */
  readonly servicePhase: string | undefined;
}

/** Tells of any moment what each pod that was there then was doing. */
export function podsAtTimes(events: readonly RolloutEvent[]): (at: number) => PodMoment[] {
  const end = events.at(-1)?.at ?? 0;
  const pods = gatherPods(events).map((pod) => ({
    pod,
    phases: phasesOf(pod, end),
    own: servicePhasesOf(pod, end),
    goneAt: pod.events.find(({ type }) => type === 'pod-gone')?.at ?? Infinity,
  }));
  return (at) =>
    pods.flatMap(({ pod, phases, own, goneAt }) => {
      if (pod.createdAt > at || goneAt < at) return [];
      const from = phases.findLast((span) => span.from <= at)?.from ?? pod.createdAt;
      return [
        {
          name: pod.name,
          phase: phaseAt(phases, at),
          forMs: at - from,
          servicePhase: own.findLast((span) => span.from <= at)?.phase,
        },
      ];
    });
}
