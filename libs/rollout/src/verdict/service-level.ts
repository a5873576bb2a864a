import { type RolloutEvent } from '../events/rollout-event.js';
import { lostFateOf, type RequestRecord } from '../ledger/request-record.js';
import { type Limits } from '../scenario/limits.js';
import { countLatencies, latencyOf } from './count-requests.js';
import { ofType } from './pod-facts.js';
import { type Level, type ServiceLevel } from './verdict.js';

/**
 * How well requests were answered before the update and in the window of the rollout: from the beginning of the update to its end, or to the
 * last exit of a pod, whichever is later. A request that was under way at the beginning of the window counts as of the window, and so does
 * what is lost behind it, while nodes have still to learn.
 */
export function serviceLevelOf(events: readonly RolloutEvent[], records: readonly RequestRecord[]): ServiceLevel {
  const { from, to } = windowOf(events);
  return {
    window: from === Infinity ? undefined : { from, to },
    before: levelOf(records.filter(({ endedAt }) => endedAt < from)),
    during: levelOf(
      records.filter((record) => record.endedAt >= from && (record.sentAt <= to || lostFateOf(record) !== undefined)),
    ),
  };
}

function windowOf(events: readonly RolloutEvent[]): { readonly from: number; readonly to: number } {
  const from = ofType(events, 'update-started').at(0)?.at ?? Infinity;
  const exitedAt = ofType(events, 'container-exited').at(-1)?.at ?? 0;
  // Where the update has no end, all that came after its beginning is of it.
  return { from, to: Math.max(ofType(events, 'update-ended').at(-1)?.at ?? events.at(-1)?.at ?? from, exitedAt) };
}

function levelOf(records: readonly RequestRecord[]): Level {
  return {
    sent: records.length,
    lost: records.filter((record) => lostFateOf(record) !== undefined).length,
    timed: countLatencies(records),
    latency: latencyOf(records),
  };
}

/** The limit in milliseconds; `undefined` where there is none, or none to compare with. */
export function p99LimitMs({ p99 }: Limits, { before }: ServiceLevel): number | undefined {
  if (p99 === undefined) return undefined;
  if ('ms' in p99) return p99.ms;
  return before.timed === 0 ? undefined : p99.times * before.latency.p99;
}

/** How many requests of the window may be lost; `undefined` where nothing was said of it. */
export function errorBudgetOf({ errors }: Limits, { during }: ServiceLevel): number | undefined {
  if (errors === undefined) return undefined;
  return 'count' in errors ? errors.count : Math.floor(errors.share * during.sent + 1e-9);
}
