import { replaceValue } from '../edits/text-edit.js';
import { stopTimeRule } from '../rule-kinds/stop-time-rule.js';
import { parseDuration } from 'nestjs-lifecycle/options';
import { formatMs } from '../settings/duration.js';
import { type Field } from '../source/field.js';

const DEFAULT_MS = 5000;
const NS_PER_MS = 1_000_000;
/** What a client of Nomad accepts unless its own configuration says more. */
const MOST_BY_DEFAULT_MS = 30_000;

/** Nomad gives a task 5 s by default, see https://developer.hashicorp.com/nomad/docs/job-specification/task#kill_timeout */
export const nomadKillTimeout = stopTimeRule({
  id: 'nomad-kill-timeout',
  severity: 'error',
  summary: 'KillTimeout of a Nomad task is shorter than lame duck, drain, hooks and a margin',
  platform: 'nomad',
  stopTimeOf({ field }) {
    const at = field.at('KillTimeout');
    const ms = at.exists ? timeOf(at) : DEFAULT_MS;
    if (ms === undefined) return undefined;
    return { at, ms, words: `Nomad waits ${formatMs(ms)}${at.exists ? '' : ' (the default)'}` };
  },
  report({ at }, { seconds }) {
    const ns = seconds * 1000 * NS_PER_MS;
    const isMore = seconds * 1000 > MOST_BY_DEFAULT_MS;
    const remedy = `"KillTimeout": ${ns}${isMore ? `\n(and max_kill_timeout = "${seconds}s" of the clients, which is 30s by default)` : ''}`;
    return { remedy, ...(at.number !== undefined && { fix: { isSafe: true, edits: replaceValue(at, ns) } }) };
  },
});

/** In nanoseconds, as the API has it; `30s` in jobs that people write. */
function timeOf({ number, text = '' }: Field): number | undefined {
  return number === undefined ? parseDuration(text) : number / NS_PER_MS;
}
