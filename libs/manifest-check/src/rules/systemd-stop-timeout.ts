import { replaceValue } from '../edits/text-edit.js';
import { stopTimeRule } from '../rule-kinds/stop-time-rule.js';
import { formatMs } from '../settings/duration.js';

const DEFAULT_MS = 90_000;

/** systemd gives a service 90 s by default. */
export const systemdStopTimeout = stopTimeRule({
  id: 'systemd-stop-timeout',
  severity: 'error',
  summary: 'TimeoutStopSec of a systemd unit is shorter than lame duck, drain, hooks and a margin',
  platform: 'systemd',
  stopTimeOf({ field }) {
    const [own, both] = [field.at('TimeoutStopSec', -1), field.at('TimeoutSec', -1)];
    const at = own.exists ? own : both;
    if (!at.exists) {
      return {
        at: field,
        ms: DEFAULT_MS,
        words: `systemd waits ${formatMs(DEFAULT_MS)} (the default)`,
      };
    }
    const ms = timeSpanOf(at.text ?? '');
    return ms === undefined ? undefined : { at, ms, words: `systemd waits ${formatMs(ms)}` };
  },
  report({ at }, { seconds }) {
    const isOption = at.keys.at(-2) === 'TimeoutStopSec';
    return {
      remedy: `TimeoutStopSec=${seconds}`,
      ...(isOption && { fix: { isSafe: true, edits: replaceValue(at, seconds) } }),
    };
  },
});

const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['', 1000],
  ['ms', 1],
  ['s', 1000],
  ['sec', 1000],
  ['second', 1000],
  ['seconds', 1000],
  ['m', 60_000],
  ['min', 60_000],
  ['minute', 60_000],
  ['minutes', 60_000],
  ['h', 3_600_000],
  ['hr', 3_600_000],
  ['hour', 3_600_000],
  ['hours', 3_600_000],
]);

/** `90`, `1min 30s`; 0 is no limit, and neither is `infinity`, which is no number either. See systemd.time(7). */
function timeSpanOf(text: string): number | undefined {
  const parts = [...text.matchAll(/\s*(\d+(?:\.\d+)?)\s*([a-z]*)/gy)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) return undefined;
  const ms = parts.reduce((sum, [, amount, unit = '']) => sum + Number(amount) * (UNIT_MS.get(unit) ?? Number.NaN), 0);
  if (Number.isNaN(ms)) return undefined;
  return ms === 0 ? Number.POSITIVE_INFINITY : ms;
}
