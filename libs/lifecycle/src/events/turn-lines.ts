import { formatDuration } from '../deadline/duration.js';
import { describeError } from '../errors/lifecycle-error.js';
import { type Lines } from './line.js';

const RESULTS = {
  taken: 'it is the turn of this instance',
  late: 'the time for a turn is up, so this instance drains without one',
  failed: 'no turn can be had, so this instance drains without one',
};

/** The log lines of turns among the instances of a group. */
export const TURN_LINES: Pick<Lines, 'turn-settled' | 'turn-not-freed'> = {
  'turn-settled': ({ group, limit, waitedMs, result, error }) => ({
    level: result === 'taken' ? 'log' : 'warn',
    text:
      `group ${group} (${limit} at a time): ${RESULTS[result]}, after ${formatDuration(waitedMs)}` +
      (result === 'failed' ? `: ${describeError(error)}` : ''),
    fields: { group, limit, waitedMs: Math.round(waitedMs), result },
  }),
  'turn-not-freed': ({ group, error }) => ({
    level: 'warn',
    text: `group ${group}: the turn was not given back: ${describeError(error)}`,
    fields: { group },
  }),
};
