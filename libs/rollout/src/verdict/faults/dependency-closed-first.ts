import { isOfClosing } from '../at-once.js';
import { type FaultRule, isAfterSignal, podsOf } from '../fault-rule.js';
import { statusShown } from '../../ledger/request-record.js';
import { isStreamEndedByStop } from './cuts-in-flight.js';
import { count, mostFrequent, span } from '../wording.js';

/** A pod that was alive and had taken a request could not answer it: what it needed had been closed before the drain was over. */
export const dependencyClosedFirst: FaultRule = {
  code: 'dependency-closed-first',
  explains: (loss, inquiry) =>
    loss.manner === 'server-error' && isAfterSignal(loss) && !isStreamEndedByStop(loss) && !isOfClosing(loss, inquiry),
  describe: (losses) => {
    if (losses.length === 0) return undefined;
    const since = losses.map(({ sinceSignalMs }) => sinceSignalMs ?? 0);
    const taken = losses.filter(({ attempt, pod }) => (attempt?.at ?? 0) < (pod?.signal?.at ?? 0)).length;
    const statuses = [...new Set(losses.map(({ record }) => statusShown(record)))].join(', ');
    const said = mostFrequent(losses.map(({ record }) => record.detail));
    return {
      severity: 'error',
      title: 'Something that requests need is closed before they are done',
      evidence:
        `${count(losses.length, 'request')} got ${statuses} from a pod that was stopping but alive, ${span(since)} after SIGTERM; ` +
        `in flight at SIGTERM: ${taken}.${said === undefined ? '' : ` The answer: ${said}`}`,
      remedy: [
        'Close databases, queues and clients after the last answer, not at SIGTERM.',
        '// in Nest: not in onModuleDestroy, which runs before the listener is closed',
        '@OnGracefulShutdown(80)',
        'async close() { await this.pool.end(); }',
      ].join('\n'),
      pods: podsOf(losses),
    };
  },
};
