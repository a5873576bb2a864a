import { isBackground } from '../background-errors.js';
import { type FaultRule, isAfterSignal, podsOf } from '../fault-rule.js';
import { statusShown } from '../../ledger/request-record.js';
import { type Inquiry } from '../inquiry.js';
import { type Loss } from '../loss.js';
import { count, mostFrequent } from '../wording.js';

/**
 * An error from a pod that served and was not being stopped, or one that a stopping pod gives no more often than those: the rollout did not
 * cause it.
 */
export const errorAnswer: FaultRule = {
  code: 'error-answer',
  explains: (loss, inquiry) => isBackground(loss, inquiry) || isUndisturbed(loss, inquiry),
  describe: (losses) => {
    if (losses.length === 0) return undefined;
    const kinds = [...new Set(losses.map(({ record }) => `${record.kind}: ${statusShown(record)}`))].join(', ');
    const said = mostFrequent(losses.map(({ record }) => record.detail));
    return {
      severity: 'error',
      title: 'The service answers with errors, with or without a rollout',
      evidence: `${count(losses.length, 'request')} (${kinds}) failed on ${whereOf(losses)}.${said === undefined ? '' : ` The answer: ${said}`}`,
      remedy:
        'Correct the request in the load plan, say which answers are expected (expect: [..]), or repair the service: the rollout did not cause these.',
      pods: podsOf(losses),
    };
  },
};

function isUndisturbed(loss: Loss, inquiry: Inquiry): boolean {
  const { manner, pod, at } = loss;
  return (
    manner === 'server-error' &&
    pod !== undefined &&
    !isAfterSignal(loss) &&
    at >= (inquiry.firstAnswerOf(pod) ?? Infinity)
  );
}

function whereOf(losses: readonly Loss[]): string {
  const stopping = losses.filter((loss) => isAfterSignal(loss)).length;
  return stopping === 0
    ? 'pods that were ready and not stopping'
    : `pods that were ready, ${stopping} of them on pods that were stopping, where they are no more frequent`;
}
