import { addEntry, replaceValue } from '../edits/text-edit.js';
import { stopTimeRule } from '../platforms/stop-time.js';
import { formatMs } from '../settings/duration.js';

const DEFAULT_SECONDS = 30;
/** Fargate accepts no more. */
const LARGEST_SECONDS = 120;

/** ECS gives a container 30 s unless it is told otherwise, and 120 s at most (G34). */
export const ecsStopTimeout = stopTimeRule({
  id: 'ecs-stop-timeout',
  severity: 'error',
  summary: 'stopTimeout of an ECS container covers lame duck, drain, hooks and a margin',
  platform: 'ecs',
  stopTimeOf({ field }) {
    const at = field.at('stopTimeout');
    const ms = (at.exists ? (at.number ?? Number.NaN) : DEFAULT_SECONDS) * 1000;
    return Number.isNaN(ms)
      ? undefined
      : { at, ms, words: `ECS waits ${formatMs(ms)}${at.exists ? '' : ' (the default)'}` };
  },
  report({ at }, { seconds }, { field }) {
    if (seconds > LARGEST_SECONDS) {
      return {
        remedy: `"stopTimeout": ${LARGEST_SECONDS}, which is the most, and SHUTDOWN_GRACE_PERIOD=${LARGEST_SECONDS}s for the service`,
      };
    }
    const edits = at.exists ? replaceValue(at, seconds) : addEntry(field, 'stopTimeout', seconds);
    return { remedy: `"stopTimeout": ${seconds}`, fix: { isSafe: true, edits } };
  },
});
