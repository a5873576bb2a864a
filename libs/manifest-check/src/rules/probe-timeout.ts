import { addEntry, replaceValue } from '../edits/text-edit.js';
import { serviceRule } from '../rule-kinds/rule.js';
import { type ProbeName, probeOf } from '../manifest/probe.js';
import { formatMs } from '../settings/duration.js';

const LEAST_MS = 2000;
const NAMES: readonly ProbeName[] = ['readinessProbe', 'livenessProbe'];

/** Node answers nothing while it collects garbage or parses a large body. */
export const probeTimeout = serviceRule({
  id: 'probe-timeout',
  severity: 'note',
  summary: 'A probe waits less than 2 s for an answer, or longer than its period',
  *check({ main }) {
    for (const name of NAMES) {
      const { kind, field, timeoutMs, periodMs } = probeOf(main, name);
      if (kind === 'none') continue;
      const timeout = field.at('timeoutSeconds');
      if (timeoutMs > periodMs) {
        yield {
          at: timeout,
          message: `${name} waits ${formatMs(timeoutMs)} for an answer, longer than its period of ${formatMs(periodMs)}`,
          why: 'One probe is asked after the other, so a slow answer stretches the time that it takes to be taken out of rotation.',
          remedy: `periodSeconds: ${Math.ceil(timeoutMs / 1000)}`,
        };
      } else if (timeoutMs < LEAST_MS && periodMs >= LEAST_MS) {
        yield {
          at: timeout,
          message: `${name} waits ${formatMs(timeoutMs)}${timeout.exists ? '' : ' (the default)'} for an answer`,
          why: 'A pause of the event loop (garbage collection, a large body, a throttled CPU) is taken for a failure: a pod that is well loses its traffic, or is restarted.',
          remedy: 'timeoutSeconds: 2',
          fix: {
            isSafe: true,
            edits: timeout.exists ? replaceValue(timeout, 2) : addEntry(field, 'timeoutSeconds', 2),
          },
        };
      }
    }
  },
});
