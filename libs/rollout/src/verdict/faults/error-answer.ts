import { type FaultRule, podsOf } from '../fault-rule.js';
import { count, mostFrequent } from '../wording.js';

/** An error from a pod that was ready and was not being stopped: the rollout did not cause it. */
export const errorAnswer: FaultRule = {
  code: 'error-answer',
  explains: ({ manner, pod }) => manner === 'server-error' && pod !== undefined,
  describe: (losses) => {
    if (losses.length === 0) return undefined;
    const kinds = [...new Set(losses.map(({ record }) => `${record.kind}: ${record.status}`))].join(', ');
    const said = mostFrequent(losses.map(({ record }) => record.detail));
    return {
      severity: 'error',
      title: 'The service answers with errors, with or without a rollout',
      evidence: `${count(losses.length, 'request')} (${kinds}) failed on pods that were ready and not stopping.${said === undefined ? '' : ` The answer: ${said}`}`,
      remedy:
        'Correct the request in the load plan, say which answers are expected (expectStatus), or repair the service: the rollout did not cause these.',
      pods: podsOf(losses),
    };
  },
};
