import { replaceValue } from '../edits/text-edit.js';
import { workloadRule } from '../rule-kinds/rule.js';

/** Without a grace period nothing is drained, and preStop does not even run. */
export const gracePeriodZero = workloadRule({
  id: 'grace-period-zero',
  severity: 'error',
  summary: 'terminationGracePeriodSeconds is 0, so pods are killed at once',
  *check({ pod, settings }) {
    const field = pod.at('terminationGracePeriodSeconds');
    if (field.number !== 0) return;
    const seconds = Math.ceil(settings.gracePeriodMs / 1000);
    yield {
      at: field,
      message: 'the pod is given 0 s to stop',
      why: 'The kubelet kills it at once: preStop does not run, the service hears no signal, and every request in flight is cut.',
      remedy: `terminationGracePeriodSeconds: ${seconds}`,
      fix: { isSafe: true, edits: replaceValue(field, seconds) },
    };
  },
});
