import { type RolloutEvent } from '../events/rollout-event.js';
import { type Scenario } from '../scenario/scenario.js';
import { ofType } from './pod-facts.js';
import { type Verdict } from './verdict.js';

/** Why the rehearsal was ended before everything had been seen; `undefined` when it was not. */
export function cutOf(events: readonly RolloutEvent[]): Verdict['cutBy'] {
  return ofType(events, 'rehearsal-cut').at(-1)?.reason;
}

/** How the update ended; one that never began ended with the rehearsal, and where none was to begin, all is as it should be. */
export function updateEndOf(events: readonly RolloutEvent[], act: Scenario['act']): Verdict['update'] {
  return (
    ofType(events, 'update-ended').at(-1)?.result ?? cutOf(events) ?? (act === 'none' ? 'complete' : 'deadline-passed')
  );
}
