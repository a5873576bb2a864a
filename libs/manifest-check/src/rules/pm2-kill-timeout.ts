import { addEntry, replaceValue } from '../edits/text-edit.js';
import { isPm2TimeElsewhere } from '../platforms/pm2-list.js';
import { stopTimeRule } from '../rule-kinds/stop-time-rule.js';
import { formatMs } from '../settings/duration.js';

const DEFAULT_MS = 1600;

/** PM2 gives a process 1.6 s by default. */
export const pm2KillTimeout = stopTimeRule({
  id: 'pm2-kill-timeout',
  severity: 'error',
  summary: 'kill_timeout of a PM2 application is shorter than lame duck, drain, hooks and a margin',
  platform: 'pm2',
  stopTimeOf({ field }) {
    const at = field.at('kill_timeout');
    if (at.number !== undefined) return { at, ms: at.number, words: `PM2 waits ${formatMs(at.number)}` };
    return isPm2TimeElsewhere(field)
      ? undefined
      : { at, ms: DEFAULT_MS, words: `PM2 waits ${formatMs(DEFAULT_MS)} (the default)` };
  },
  report({ at }, { seconds }, { field }) {
    const edits = at.exists ? replaceValue(at, seconds * 1000) : addEntry(field, 'kill_timeout', seconds * 1000);
    return { remedy: `kill_timeout: ${seconds * 1000}`, fix: { isSafe: true, edits } };
  },
});
