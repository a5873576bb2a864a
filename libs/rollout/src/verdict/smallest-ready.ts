import { type RolloutEvent } from '../events/rollout-event.js';
import { ofType } from './pod-facts.js';

/** The smallest number of endpoints that were ready and still served, from the beginning of the update until its end, and when; at the end of a rehearsal without an update. */
export function smallestReady(events: readonly RolloutEvent[]): { readonly count: number; readonly at: number } {
  const updateAt = ofType(events, 'update-started').at(0)?.at ?? events.at(-1)?.at ?? 0;
  const endAt = ofType(events, 'update-ended').at(-1)?.at ?? Infinity;
  const steps = readyOverTime(events).filter(({ at }) => at <= endAt);
  const before = steps.findLast(({ at }) => at <= updateAt);
  const seen = [
    ...(before === undefined ? [] : [{ ...before, at: updateAt }]),
    ...steps.filter(({ at }) => at > updateAt),
  ];
  return seen.reduce((least, step) => (step.count < least.count ? step : least), seen[0] ?? { count: 0, at: updateAt });
}

/** How many endpoints were ready and still served, at every change. */
export function readyOverTime(events: readonly RolloutEvent[]): { readonly at: number; readonly count: number }[] {
  let ready: readonly string[] = [];
  const away = new Set<string>();
  const steps: { at: number; count: number }[] = [];
  for (const event of events) {
    if (event.type === 'endpoints-changed') ready = event.ready;
    else if (event.type === 'container-exited' || event.type === 'listener-closed') away.add(event.pod);
    else if (event.type === 'container-started' || event.type === 'pod-ready') away.delete(event.pod);
    else continue;
    const count = ready.filter((pod) => !away.has(pod)).length;
    if (count !== steps.at(-1)?.count) steps.push({ at: event.at, count });
  }
  return steps;
}
