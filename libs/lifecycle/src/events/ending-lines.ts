import { formatDuration } from '../deadline/duration.js';
import { type Lines } from './line.js';

/** The log lines of events that end a shutdown, or a part of it, before its time. */
export const ENDING_LINES: Pick<
  Lines,
  | 'signal-joined'
  | 'wait-ended'
  | 'drain-left'
  | 'exit-foreseen'
  | 'process-exited'
  | 'signal-delayed'
  | 'loop-blocked'
  | 'output-lost'
> = {
  'signal-joined': ({ signal }) => ({
    level: 'log',
    text: `${signal}: the process ends once this shutdown is over`,
    fields: { signal },
  }),
  'wait-ended': ({ phase, by }) => ({
    level: 'warn',
    text: `${phase === 'lame-duck' ? 'the lame duck' : 'the drain'} is ended: ${by}`,
    fields: { phase, by },
  }),
  'drain-left': ({ uncountedMs }) => ({
    level: 'log',
    text: 'drained before; now the service is to end',
    fields: { uncountedMs: Math.round(uncountedMs) },
  }),
  'exit-foreseen': ({ by, afterMs, budgetMs }) => ({
    level: 'warn',
    text:
      `a timer of ${by} calls process.exit() in ${formatDuration(afterMs)}, ` +
      `so the shutdown has ${formatDuration(budgetMs)}. Delete that timer: the shutdown has a deadline of its own.`,
    fields: { by, afterMs, budgetMs },
  }),
  'process-exited': ({ by }) => ({
    level: 'error',
    text: `process.exit() was called before the shutdown was over, by ${by}`,
    fields: { by },
  }),
  'signal-delayed': ({ delayMs }) => ({
    level: 'warn',
    text:
      `the event loop was blocked for ${formatDuration(delayMs)} when the signal came; ` +
      'the budget counts from the beginning of that.',
    fields: { delayMs: Math.round(delayMs) },
  }),
  'loop-blocked': ({ durationMs, during, stack }) => {
    const hooks = during.length === 0 ? '' : `, during ${during.join(', ')}`;
    const where = stack === undefined ? '. To see where, type watchdog: true' : `: at ${stack.slice(0, 3).join(' < ')}`;
    return {
      level: 'warn',
      text: `the event loop was blocked for ${formatDuration(durationMs)}${hooks}${where}`,
      fields: { durationMs: Math.round(durationMs), during, stack },
    };
  },
  'output-lost': ({ stream, code }) => ({
    level: 'error',
    text: `lines on ${stream} are lost (${code}); the shutdown goes on without them`,
    fields: { stream, code },
  }),
};
