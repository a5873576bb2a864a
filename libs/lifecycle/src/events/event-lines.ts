import { formatDuration } from '../deadline/duration.js';
import { describeError, stackOf } from '../errors/lifecycle-error.js';
import { titleOf } from './title.js';
import { type LifecycleEvent } from './lifecycle-event.js';
import { type Line, type Lines } from './line.js';
import { ENDING_LINES } from './ending-lines.js';
import { HEALTH_LINES } from './health-lines.js';
import { REPORT_LINES } from './report-lines.js';
import { SOURCE_LINES } from './source-lines.js';
import { TASK_LINES } from './task-lines.js';
import { TURN_LINES } from './turn-lines.js';
import { firstItems, firstNames } from './line-limits.js';

const LAME_DUCK_ENDS = {
  elapsed: 'its time is up',
  quiet: 'no requests come any more',
  'probes-failed': 'enough probes have seen that readiness fails',
  budget: 'the rest of the budget is for the hooks',
  asked: 'it was asked to end',
  forced: 'the process has to end at once',
};

const RESOURCE_RESULTS = {
  closed: 'closed',
  'closed-before': 'was closed by the application',
  'left-open': 'left open: the process goes on, and other code may use it',
  flushed: 'has sent what it was given',
  forced: 'did not close in time, and was closed by force',
  failed: 'did not close',
};

/** The log line of each event. */
const LINES: Lines = {
  'shutdown-started': ({ reason, signal, inFlight, budgetMs }) => ({
    level: 'log',
    text: `shutting down: ${reason}, ${inFlight} in flight, ${formatDuration(budgetMs)} to go`,
    fields: { reason, signal, inFlight, budgetMs },
  }),
  'phase-changed': ({ phase }) => ({ level: 'debug', text: `phase ${phase}`, fields: { phase } }),
  'boot-awaited': () => ({
    level: 'log',
    text: 'asked to stop while starting; the shutdown begins once the start has settled',
    fields: {},
  }),
  'lame-duck-ended': ({ endedBy, failedProbes, repeatedProbes, isStillAlone }) => {
    const asked = isStillAlone ? ', and requests still come here: no other pod was ready in time' : '';
    return {
      level: isStillAlone ? 'warn' : 'debug',
      text: `lame duck ${endedBy === 'skipped' ? 'skipped' : `over: ${LAME_DUCK_ENDS[endedBy]}${asked}`}`,
      fields: { endedBy, failedProbes, repeatedProbes, isStillAlone },
    };
  },
  'hook-started': ({ name, phase, priority, allowedMs }) => ({
    level: 'debug',
    text: `hook ${name} started, with ${formatDuration(allowedMs)}`,
    fields: { name, phase, priority, allowedMs },
  }),
  'hook-ended-late': ({ name, phase, durationMs, error }) => {
    const fields = { name, phase, durationMs };
    const text = `hook ${name}, which had timed out, ended after ${formatDuration(durationMs)}`;
    // What it throws is usually that it was aborted, and its failure is known.
    const thrown = error === undefined ? '' : `: ${describeError(error)}`;
    return { level: 'debug', text: `${text}${thrown}`, fields };
  },
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
    const names = firstNames(items, (item) => `${titleOf(item)} after ${formatDuration(item.ageMs)}`);
    const text = `time is up, interrupting ${items.length}: ${names.join(', ')}`;
    return { level: 'warn', text, fields: { items: firstItems(items), total: items.length } };
  },
  'exempt-cut': ({ items }) => {
    const names = firstNames(items, (item) => `${titleOf(item)} after ${formatDuration(item.ageMs)}`);
    const text = `cut exempt requests, which the drain does not wait for: ${names.join(', ')}`;
    return { level: 'warn', text, fields: { items: firstItems(items), total: items.length } };
  },
  'late-connections-closed': ({ requests, closed }) => ({
    level: 'warn',
    text:
      `nothing else was in flight for 2s, and requests still came on open connections (${requests} since the listener ` +
      `was closed): closed ${closed} idle connections`,
    fields: { requests, closed },
  }),
  'upgraded-terminated': ({ names }) => {
    const sockets = counted(names);
    const shown = firstNames(sockets, ({ name, count }) => (count === 1 ? name : `${count} × ${name}`));
    const text =
      `terminated upgraded sockets that no hook had closed: ${shown.join(', ')}. They ended without a close ` +
      'handshake. Close them in a hook; in Nest, serve them with a @WebSocketGateway().';
    return { level: 'warn', text, fields: { sockets: firstItems(sockets), total: names.length } };
  },
  'nest-hook-settled': ({ name, durationMs, result }) => ({
    level: 'debug',
    text: `${name} ${result} after ${formatDuration(durationMs)}`,
    fields: { name, durationMs: Math.round(durationMs), result },
  }),
  'resource-settled': ({ name, resource, priority, result, durationMs, error, isRegistered = false }) => {
    const fields = { name, resource, priority, result, durationMs: Math.round(durationMs) };
    if (result === 'failed' && !isRegistered) return failure(`closing ${name} failed`, error, fields);
    const text = `${name} ${RESOURCE_RESULTS[result]}`;
    return { level: result === 'forced' ? 'warn' : 'debug', text, fields };
  },
  'nest-hook-failed': ({ name, error }) => failure(`${name} failed`, error, { name }),
  'error-uncaught': ({ origin, error, isCause = false }) =>
    failure(isCause ? `stopping because of ${origin}` : `uncaught during the shutdown (${origin})`, error, { origin }),
  'signal-repeated': ({ signal }) => ({ level: 'warn', text: `${signal} again: ending at once`, fields: { signal } }),
  ...ENDING_LINES,
  ...HEALTH_LINES,
  ...SOURCE_LINES,
  ...REPORT_LINES,
  ...TASK_LINES,
  ...TURN_LINES,
  'deadline-passed': ({ waitingFor }) => {
    const names = firstNames(waitingFor, (name) => name);
    return {
      level: 'error',
      text: `the budget is used up${names.length === 0 ? '' : `; still waiting for ${names.join(', ')}`}`,
      fields: { waitingFor: firstItems(waitingFor), total: waitingFor.length },
    };
  },
};

/** An event as a log line; `undefined` where it has none. */
export function renderEvent(event: LifecycleEvent): Line | undefined {
  // The table has the renderer of each type, which TypeScript cannot follow through the union.
  const render = LINES[event.type] as (event: LifecycleEvent) => Line | undefined;
  return render(event);
}

/** Each name once, with how often it is there; the most frequent first. */
function counted(names: readonly string[]): { readonly name: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => ({ name, count })).toSorted((a, b) => b.count - a.count);
}

function failure(text: string, error: unknown, fields: Readonly<Record<string, unknown>>): Line {
  return {
    level: 'error',
    text: `${text}: ${describeError(error)}`,
    fields: { ...fields, error: describeError(error), stack: stackOf(error) },
  };
}
