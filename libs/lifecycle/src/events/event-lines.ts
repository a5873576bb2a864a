import { formatDuration } from '../deadline/duration.js';
import { describeError, stackOf } from '../errors/lifecycle-error.js';
import { titleOf } from '../in-flight/in-flight-work.js';
import { type LifecycleEvent } from './lifecycle-event.js';

/** A log line before it is written. */
export interface Line {
  readonly level: 'log' | 'warn' | 'error' | 'debug';
  readonly text: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** How many names a line shows, and how many items its fields: at the deadline there is no time for long lines. */
const MOST_NAMES = 5;
const MOST_ITEMS = 100;

type Lines = { readonly [T in LifecycleEvent['type']]: (event: Extract<LifecycleEvent, { type: T }>) => Line };

const LAME_DUCK_ENDS = {
  elapsed: 'its time is up',
  quiet: 'no requests come any more',
  'probes-failed': 'enough probes have seen that readiness fails',
  budget: 'the rest of the budget is for the hooks',
};

/** How each event reads. */
const LINES: Lines = {
  'shutdown-started': ({ reason, signal, inFlight, budgetMs }) => ({
    level: 'log',
    text: `shutting down: ${reason}, ${inFlight} in flight, ${formatDuration(budgetMs)} to go`,
    fields: { reason, signal, inFlight, budgetMs },
  }),
  'phase-changed': ({ phase }) => ({ level: 'debug', text: `phase ${phase}`, fields: { phase } }),
  'boot-awaited': () => ({
    level: 'log',
    text: 'told to stop while starting; waiting for the start to settle first',
    fields: {},
  }),
  'lame-duck-ended': ({ endedBy, failedProbes }) => ({
    level: 'debug',
    text: `lame duck ${endedBy === 'skipped' ? 'skipped' : `over: ${LAME_DUCK_ENDS[endedBy]}`}`,
    fields: { endedBy, failedProbes },
  }),
  'hook-settled': ({ name, phase, priority, durationMs, result, error }) => {
    const fields = { name, phase, priority, durationMs: Math.round(durationMs), result };
    const text = `hook ${name} ${result === 'timed-out' ? 'timed out' : result} after ${formatDuration(durationMs)}`;
    return result === 'done' ? { level: 'debug', text, fields } : failure(text, error, fields);
  },
  progressed: ({ phase, elapsedMs, remainingMs, waitingFor, total }) => {
    const names = waitingFor.join(', ') + (total > waitingFor.length ? `, and ${total - waitingFor.length} more` : '');
    const text =
      `${phase}: waiting for ${total} since ${formatDuration(elapsedMs)}, ` +
      `${formatDuration(remainingMs)} left: ${names}`;
    return { level: 'log', text, fields: { phase, elapsedMs, remainingMs, waitingFor, total } };
  },
  'work-interrupted': ({ items }) => {
    const names = items.slice(0, MOST_NAMES).map((item) => `${titleOf(item)} after ${formatDuration(item.ageMs)}`);
    const more = items.length > MOST_NAMES ? `, and ${items.length - MOST_NAMES} more` : '';
    const text = `time is up, interrupting ${items.length}: ${names.join(', ')}${more}`;
    return { level: 'warn', text, fields: { items: items.slice(0, MOST_ITEMS), total: items.length } };
  },
  'nest-hook-failed': ({ name, error }) => failure(`${name} failed`, error, { name }),
  'error-uncaught': ({ origin, error }) => failure(`uncaught during the shutdown (${origin})`, error, { origin }),
  'signal-repeated': ({ signal }) => ({ level: 'warn', text: `${signal} again: ending at once`, fields: { signal } }),
  'deadline-passed': ({ waitingFor }) => ({
    level: 'error',
    text: `the budget is used up${waitingFor.length === 0 ? '' : `; still waiting for ${waitingFor.join(', ')}`}`,
    fields: { waitingFor },
  }),
};

/** An event as a log line. */
export function renderEvent(event: LifecycleEvent): Line {
  // The table pairs each type with its renderer, which TypeScript cannot follow through the union.
  const render = LINES[event.type] as (event: LifecycleEvent) => Line;
  return render(event);
}

function failure(text: string, error: unknown, fields: Readonly<Record<string, unknown>>): Line {
  return {
    level: 'error',
    text: `${text}: ${describeError(error)}`,
    fields: { ...fields, error: describeError(error), stack: stackOf(error) },
  };
}
