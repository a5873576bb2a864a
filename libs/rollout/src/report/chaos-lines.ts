import { type RolloutEvent } from '../events/rollout-event.js';
import { ofType } from '../verdict/pod-facts.js';
import { time } from '../verdict/wording.js';
import { singleLine } from './plain-text.js';

/** What chaos was played, when and on which pod, whether it cost requests or not: `2.4 s: kill, v1-2`. */
export function chaosLines(events: readonly RolloutEvent[]): string[] {
  return ofType(events, 'chaos-played').map(({ at, chaos, pod, detail }) => {
    const what = [chaos, ...new Set([pod, detail].filter((text) => text !== undefined && text !== ''))];
    return singleLine(`${time(at)}: ${what.join(', ')}`);
  });
}
