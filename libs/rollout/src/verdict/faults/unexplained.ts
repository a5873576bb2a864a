import { type FaultRule, podsOf } from '../fault-rule.js';
import { count, manners, mostFrequent } from '../wording.js';

/** What no other rule explains; it says what is known. */
export const unexplained: FaultRule = {
  code: 'unexplained',
  explains: () => true,
  describe: (losses) => {
    if (losses.length === 0) return undefined;
    const phases = [...new Set(losses.map(({ phase }) => phase ?? 'no pod'))].join(', ');
    const said = mostFrequent(losses.map(({ record }) => record.detail));
    return {
      severity: 'error',
      title: 'Lost, and none of the known faults explains it',
      evidence: `${count(losses.length, 'request')} (${manners(losses)}) on pods in phase: ${phases}.${said === undefined ? '' : ` Most said: ${said}`}`,
      remedy: 'Look these requests up in the table of losses, with the log lines of their pods at that time.',
      pods: podsOf(losses),
    };
  },
};
