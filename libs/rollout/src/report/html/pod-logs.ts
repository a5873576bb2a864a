import { element, type Markup, section } from 'nestjs-lifecycle-shared';
import { type RolloutEvent } from '../../events/rollout-event.js';
import { type Rehearsal } from '../../verdict/verdict.js';
import { time } from '../../verdict/wording.js';

/** The last lines of each pod that are shown; services log a line a request. */
const MOST_LINES = 150;

/** Pods beyond this are counted. */
const MOST_PODS = 30;

/** What each pod printed, from a second before its SIGTERM on where it was stopped. */
export function podLogs({ events, verdict }: Rehearsal): Markup | undefined {
  const printed = linesByPod(events);
  const pods = verdict.pods.filter(({ name }) => printed.has(name));
  if (pods.length === 0) return undefined;
  const rest = pods.length - MOST_PODS;
  return section('Logs', [
    ...pods.slice(0, MOST_PODS).map(({ name }) => podLog(name, printed.get(name) ?? [])),
    ...(rest > 0 ? [element('p', { class: 'meta' }, `and those of ${rest} more`)] : []),
  ]);
}

type Line = Extract<RolloutEvent, { readonly type: 'log-written' }>;

function podLog(name: string, lines: readonly Line[]): Markup {
  const shown = lines.slice(-MOST_LINES);
  const left = lines.length - shown.length;
  const text = shown.map(
    ({ at, stream, line }) => `${time(at).padStart(8)} ${stream === 'stderr' ? '!' : ' '} ${line}`,
  );
  return element(
    'details',
    {},
    element('summary', {}, `${name}: ${lines.length} lines${left > 0 ? `, the last ${shown.length} of them` : ''}`),
    element('pre', { tabindex: 0, 'aria-label': `Log of ${name}` }, text.join('\n')),
  );
}

const BEFORE_SIGNAL_MS = 1000;

function linesByPod(events: readonly RolloutEvent[]): Map<string, Line[]> {
  const signals = new Map<string, number>();
  for (const event of events) {
    if (event.type === 'signal-sent' && !signals.has(event.pod)) signals.set(event.pod, event.at);
  }
  const printed = new Map<string, Line[]>();
  for (const event of events) {
    if (event.type !== 'log-written' || event.at < (signals.get(event.pod) ?? 0) - BEFORE_SIGNAL_MS) continue;
    const lines = printed.get(event.pod) ?? [];
    printed.set(event.pod, lines);
    lines.push(event);
  }
  return printed;
}
