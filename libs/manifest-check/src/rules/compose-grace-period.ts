import { addEntry, replaceValue } from '../edits/text-edit.js';
import { stopTimeRule } from '../rule-kinds/stop-time-rule.js';
import { formatMs } from '../settings/duration.js';

const DEFAULT_MS = 10_000;

/** Docker gives a container 10 s by default. */
export const composeGracePeriod = stopTimeRule({
  id: 'compose-grace-period',
  severity: 'error',
  summary: 'stop_grace_period of a Compose service is shorter than lame duck, drain, hooks and a margin',
  platform: 'compose',
  stopTimeOf({ field }) {
    const at = field.at('stop_grace_period');
    const ms = at.exists ? durationOf(at.text ?? '') : DEFAULT_MS;
    return ms === undefined
      ? undefined
      : { at, ms, words: `Docker waits ${formatMs(ms)}${at.exists ? '' : ' (the default)'}` };
  },
  report({ at }, { seconds }, { field }) {
    const edits = at.exists ? replaceValue(at, `${seconds}s`) : addEntry(field, 'stop_grace_period', `${seconds}s`);
    return { remedy: `stop_grace_period: ${seconds}s`, fix: { isSafe: true, edits } };
  },
});

const UNIT_MS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `1m30s`. */
function durationOf(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:us|ms|s|m|h))+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|m|h)/g)];
  return parts.reduce((sum, [, amount, unit = '']) => sum + Number(amount) * (UNIT_MS[unit] ?? 0), 0);
}
