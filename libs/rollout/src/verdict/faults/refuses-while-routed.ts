import { type FaultRule, isAfterSignal, longest, podsOf } from '../fault-rule.js';
import { count, enough, mostFrequent, time } from '../wording.js';

/** A stopping service answers 503 by itself, while nodes still route there: the answer is in good form, and lost all the same. */
export const refusesWhileRouted: FaultRule = {
  code: 'refuses-while-routed',
  explains: (loss) =>
    loss.manner === 'server-error' &&
    loss.record.status === 503 &&
    isAfterSignal(loss) &&
    !isOfDependency(loss.record.detail),
  describe: (losses) => {
    if (losses.length === 0) return undefined;
    const last = longest(losses.map(({ sinceSignalMs }) => sinceSignalMs));
    const said = mostFrequent(losses.map(({ record }) => record.detail));
    return {
      severity: 'error',
      title: 'A stopping pod answers 503 while requests are still routed to it',
      evidence:
        `${count(losses.length, 'request')} got 503 up to ${time(last)} after SIGTERM${said === undefined ? '' : `: ${said}`}. ` +
        'No balancer tries them elsewhere by itself.',
      remedy: `Serve everything, with \`Connection: close\`, for at least ${enough(last)} s after SIGTERM, and refuse only then.\n# with nestjs-lifecycle\nSHUTDOWN_LAME_DUCK=${enough(last)}s`,
      pods: podsOf(losses),
    };
  },
};

/** A 503 that speaks of a pool or a connection comes from something that was closed too early. */
function isOfDependency(detail: string | undefined): boolean {
  return /\b(pool|database|db|redis|query|driver|knex|prisma|mongo|ECONN)/i.test(detail ?? '');
}
