import { replaceValue } from '../edits/text-edit.js';
import { stopTimeRule } from '../rule-kinds/stop-time-rule.js';
import { parseDuration } from 'nestjs-lifecycle/options';
import { formatMs } from '../settings/duration.js';

const DEFAULT_MS = 5000;
/** More is for machines of one's own processor, see https://fly.io/blog/graceful-vm-exits-some-dials/ */
const LARGEST_SECONDS = 300;

/** Fly gives a machine 5 s by default, see https://fly.io/docs/reference/configuration/#kill_timeout-option */
export const flyKillTimeout = stopTimeRule({
  id: 'fly-kill-timeout',
  severity: 'error',
  summary: 'kill_timeout of a Fly app is shorter than lame duck, drain, hooks and a margin',
  platform: 'fly',
  stopTimeOf({ root }) {
    const at = root.at('kill_timeout');
    if (!at.exists) return { at, ms: DEFAULT_MS, words: `Fly waits ${formatMs(DEFAULT_MS)} (the default)` };
    const ms = at.number === undefined ? parseDuration(at.text ?? '') : at.number * 1000;
    return ms === undefined ? undefined : { at, ms, words: `Fly waits ${formatMs(ms)}` };
  },
  report({ at }, { seconds }) {
    if (seconds > LARGEST_SECONDS) {
      return {
        remedy:
          `kill_timeout = ${LARGEST_SECONDS}   # the most on shared processors, and SHUTDOWN_GRACE_PERIOD=${LARGEST_SECONDS}s for the service;\n` +
          `# or kill_timeout = ${seconds}   # on performance processors, whose price is higher`,
      };
    }
    return {
      remedy: `kill_timeout = ${seconds}   # at the top of the file, above the first heading`,
      ...(at.number !== undefined && { fix: { isSafe: true, edits: replaceValue(at, seconds) } }),
    };
  },
});
