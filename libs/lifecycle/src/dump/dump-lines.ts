import { formatDuration } from '../deadline/duration.js';
import { type DumpState } from './dump-state.js';
import { type LoopSample, SAMPLE_MS } from './loop-sample.js';

/** How many lines a list has: a log is no place for a thousand. */
const MOST_LINES = 20;

/** One line of a dump. */
export interface DumpLine {
  readonly text: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A dump as lines of the log: where the service is, then one line for each thing that goes on. */
export function dumpLines(state: DumpState): DumpLine[] {
  const { pid, phase, remainingMs, budgetMs, elapsedMs, inFlight, hooks, waitingFor, unreadable } = state;
  const left = state.isLeaving ? `${formatDuration(remainingMs)} left of ` : '';
  const text =
    `pid ${pid}, phase ${phase}: ${inFlight.total} in flight, ${hooks.rows.length + hooks.more} hooks running, ` +
    `${hooks.done} of ${hooks.total} done, budget ${left}${formatDuration(budgetMs)}`;
  const totals = { inFlight: inFlight.total, hooksDone: hooks.done, hooksTotal: hooks.total };
  return [
    { text, fields: { pid, phase, budgetMs, remainingMs, elapsedMs, ...totals } },
    ...limited(inFlight.rows, inFlight.more, ({ kind, name, count, oldestMs }) => ({
      text: `in flight: ${count === 1 ? '' : `${count} × `}${name} (${kind}), for ${formatDuration(oldestMs)}`,
      fields: { kind, name, count, oldestMs },
    })),
    ...limited(hooks.rows, hooks.more, ({ name, durationMs }) => ({
      text: `hook running: ${name}, for ${formatDuration(durationMs)}`,
      fields: { hook: name, durationMs },
    })),
    ...limited(waitingFor, 0, (name) => ({ text: `waiting for: ${name}`, fields: { waitingFor: name } })),
    ...limited(state.openHandles, 0, (handle) => ({ text: `open: ${handleText(handle)}`, fields: { ...handle } })),
    ...unreadable.map((what) => ({ text: `cannot be read: ${what}`, fields: { unreadable: what } })),
  ];
}

/** The last line: it takes a moment to measure. */
export function loopLine({ delayMs, utilization }: LoopSample): DumpLine {
  const text = `event loop: busy for ${Math.round(utilization * 100)} % of the last ${SAMPLE_MS} ms, a timer came ${delayMs} ms late`;
  return { text, fields: { delayMs, utilization } };
}

function limited<T>(items: readonly T[], more: number, line: (item: T) => DumpLine): DumpLine[] {
  const left = Math.max(0, items.length - MOST_LINES) + more;
  const rest = left === 0 ? [] : [{ text: `and ${left} more`, fields: { more: left } }];
  return [...items.slice(0, MOST_LINES).map(line), ...rest];
}

function handleText({ kind, count, origins = [] }: DumpState['openHandles'][number]): string {
  if (origins.length === 0) return `${kind} ${count}`;
  const names = origins.map((origin) => (origin.count === 1 ? origin.name : `${origin.count} × ${origin.name}`));
  return `${kind} ${count} (${names.join(', ')})`;
}
