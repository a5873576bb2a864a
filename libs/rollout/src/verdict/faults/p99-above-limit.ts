import { explainsNothing, type FaultRule } from '../fault-rule.js';
import { p99LimitMs } from '../service-level.js';
import { type ServiceLevel } from '../verdict.js';
import { count, time } from '../wording.js';

/** Answers in the window of the rollout were slower than `maxP99` allows. */
export const p99AboveLimit: FaultRule = {
  code: 'p99-above-limit',
  explains: explainsNothing,
  describe: (_losses, { scenario, serviceLevel }) => {
    const { p99 } = scenario.limits;
    if (p99 === undefined) return undefined;
    const limit = p99LimitMs(scenario.limits, serviceLevel);
    const { before, during } = serviceLevel;
    if (limit === undefined || during.timed === 0) return unmeasured(serviceLevel);
    if (during.latency.p99 <= limit) return undefined;
    const said = 'times' in p99 ? `${p99.times} times that of before, which is ${time(limit)}` : time(limit);
    return {
      severity: 'error',
      title: 'Answers were slower in the rollout than the limit allows',
      evidence:
        `p99 was ${levelText(during)} in the window of the rollout (${windowText(serviceLevel)}), ` +
        `and ${levelText(before)} before it. The limit is ${said}.`,
      remedy:
        'Look for what stands still in the stop or the start of a pod (After SIGTERM, and the latency over time in the page), and give new pods their full load later ' +
        '(minReadySeconds, a readiness that waits for what has to be warm). If it is fast enough for your users, allow more: --max-p99.',
      pods: [],
    };
  },
};

function unmeasured({ before, during, window }: ServiceLevel): ReturnType<FaultRule['describe']> {
  if (window === undefined) return undefined;
  const where = during.timed === 0 ? 'in the window of the rollout' : 'before the update';
  return {
    severity: 'error',
    title: 'The limit of the latency could not be judged',
    evidence: `No answer ${where} has a time to compare (${before.timed} before, ${during.timed} in it). Streams have none.`,
    remedy: during.timed === 0 ? 'Ask requests that are answered while pods are replaced.' : 'warmUp: 5s',
    pods: [],
  };
}

function levelText({ latency, timed }: ServiceLevel['during']): string {
  return `${time(latency.p99)} (p50 ${time(latency.p50)}, ${count(timed, 'answer')})`;
}

/** As in `4 s to 19 s`. */
function windowText({ window }: ServiceLevel): string {
  return window === undefined ? 'none' : `${time(window.from)} to ${time(window.to)}`;
}
