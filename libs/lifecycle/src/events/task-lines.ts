import { formatDuration } from '../deadline/duration.js';
import { describeError, stackOf } from '../errors/lifecycle-error.js';
import { type Lines } from './line.js';

/** How the events of background tasks read. */
export const TASK_LINES: Pick<Lines, 'task-failed' | 'task-not-stopped'> = {
  'task-failed': ({ name, error, restartInMs }) => {
    const message = describeError(error);
    const next = restartInMs === undefined ? '' : `, and starts again in ${formatDuration(restartInMs)}`;
    return {
      level: restartInMs === undefined ? 'error' : 'warn',
      text: `background task ${name} failed${next}: ${message}`,
      fields: { name, restartInMs, error: message, stack: stackOf(error) },
    };
  },
  'task-not-stopped': ({ name, afterMs }) => ({
    level: 'warn',
    text: `background task ${name} has not ended within ${formatDuration(afterMs)} after it was stopped`,
    fields: { name, afterMs },
  }),
};
