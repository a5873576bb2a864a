import { type RolloutEvent } from '../events/rollout-event.js';
import { ofType } from './pod-facts.js';
import { count, time } from './wording.js';

/** An event loop that stood still for so long makes times on this machine doubtful. */
const DOUBTFUL_LAG_MS = 250;

/** Where this machine could not do what it should, in sentences. */
export function machineNotes({ events }: { readonly events: readonly RolloutEvent[] }): string[] {
  return [...lagNote(events), ...paceNote(events)];
}

function lagNote(events: readonly RolloutEvent[]): string[] {
  const most = ofType(events, 'event-loop-lagged').reduce((max, { ms }) => Math.max(max, ms), 0);
  if (most < DOUBTFUL_LAG_MS) return [];
  return [
    `This machine was busy: the rehearsal itself stood still for up to ${time(most)}, so its times are that coarse.`,
  ];
}

/** A load that came in bursts, or did not come, has tested the service in another way than it should. */
function paceNote(events: readonly RolloutEvent[]): string[] {
  const loads = ofType(events, 'load-stopped');
  const sum = (of: 'due' | 'late' | 'unsent'): number => loads.reduce((total, load) => total + load[of], 0);
  const [late, unsent] = [sum('late'), sum('unsent')];
  if (late + unsent === 0) return [];
  const most = Math.max(...loads.map(({ latestMs }) => latestMs));
  const parts = [
    ...(late > 0 ? [`${late} ${late === 1 ? 'was' : 'were'} sent late`] : []),
    ...(unsent > 0 ? [`${unsent} ${unsent === 1 ? 'was' : 'were'} not sent`] : []),
  ];
  return [
    `This machine could not keep the rate of the load: of ${count(sum('due'), 'request')} that were due, ${parts.join(' and ')}, ` +
      `by up to ${time(most)}. Lower --rate, or free the machine.`,
  ];
}
