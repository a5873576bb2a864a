import { explainsNothing, type FaultRule } from '../fault-rule.js';
import { type ErrorLimit } from '../../scenario/limits.js';
import { errorBudgetOf } from '../service-level.js';
import { count, time } from '../wording.js';

/** More requests were lost in the window of the rollout than `maxErrors` allows. */
export const errorsAboveLimit: FaultRule = {
  code: 'errors-above-limit',
  explains: explainsNothing,
  describe: (_losses, { scenario, serviceLevel }) => {
    const { errors } = scenario.limits;
    const budget = errorBudgetOf(scenario.limits, serviceLevel);
    const { before, during, window } = serviceLevel;
    if (errors === undefined || budget === undefined || during.lost <= budget) return undefined;
    const when = window === undefined ? '' : ` (${time(window.from)} to ${time(window.to)})`;
    return {
      severity: 'error',
      title: 'More requests were lost in the rollout than its error budget allows',
      evidence:
        `${during.lost} of ${count(during.sent, 'request')} (${share(during.lost, during.sent)}) were lost in the window of the rollout${when}, ` +
        `and ${before.lost} of ${before.sent} (${share(before.lost, before.sent)}) before it. The budget is ${limitText(errors, budget)}.`,
      remedy: 'Do what the other findings say; each names the requests that it cost.',
      pods: [],
    };
  },
};

function limitText(errors: ErrorLimit, budget: number): string {
  return 'count' in errors ? String(budget) : `${percent(errors.share)}, which is ${budget} of them`;
}

function share(part: number, whole: number): string {
  return whole === 0 ? 'none' : percent(part / whole);
}

function percent(value: number): string {
  return `${Number((value * 100).toPrecision(2))} %`;
}
