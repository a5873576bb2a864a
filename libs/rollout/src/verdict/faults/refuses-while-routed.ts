import { isOfClosing } from '../at-once.js';
import { type FaultRule, isAfterSignal, longest, podsOf } from '../fault-rule.js';
import { isOverHttp2, type RequestRecord, statusShown } from '../../ledger/request-record.js';
import { isStreamEndedByStop } from './cuts-in-flight.js';
import { lameDuckSeconds } from '../lame-duck.js';
import { type Loss } from '../loss.js';
import { count, mostFrequent, time } from '../wording.js';

/**
 * A stopping service answers 503 by itself, or refuses every stream of HTTP/2, while nodes still route there: in good form, and lost all
 * the same.
 */
export const refusesWhileRouted: FaultRule = {
  code: 'refuses-while-routed',
  explains: (loss, inquiry) =>
    isAfterSignal(loss) && ((isUnavailable(loss) && !isOfClosing(loss, inquiry)) || isRefusedStream(loss)),
  describe: (losses, inquiry) => {
    if (losses.length === 0) return undefined;
    const last = longest(losses.map(({ sinceSignalMs }) => sinceSignalMs));
    const refused = losses.filter((loss) => isRefusedStream(loss)).length;
    const said = mostFrequent(losses.map((loss) => (isRefusedStream(loss) ? undefined : loss.record.detail)));
    const seconds = lameDuckSeconds(inquiry);
    const unavailable = losses.filter((loss) => !isRefusedStream(loss)).map(({ record }) => record);
    const isOverHttp1 = unavailable.some((record) => !isOverHttp2(record));
    return {
      severity: 'error',
      title: 'A stopping pod refuses requests while they are still routed to it',
      evidence:
        `${count(losses.length, 'request')} got ${whatTheyGot(unavailable, refused)} up to ${time(last)} after SIGTERM` +
        `${said === undefined ? '' : `: ${said}`}. No balancer tries them elsewhere by itself.`,
      remedy: [
        `Serve everything for at least ${seconds} s after SIGTERM, with ${isOverHttp1 ? '`Connection: close`' : 'GOAWAY after the first answer'}, and refuse only then.`,
        '# with nestjs-lifecycle',
        `SHUTDOWN_LAME_DUCK=${seconds}s`,
      ].join('\n'),
      pods: podsOf(losses),
    };
  },
};

function isUnavailable(loss: Loss): boolean {
  const { manner, record } = loss;
  return (
    manner === 'server-error' && record.status === 503 && !isOfDependency(record.detail) && !isStreamEndedByStop(loss)
  );
}

/** However often it was sent again on another session (RFC 9113 §8.7). */
function isRefusedStream({ manner, record }: Loss): boolean {
  return manner === 'reset' && isOverHttp2(record) && record.detail?.includes('REFUSED_STREAM') === true;
}

function whatTheyGot(unavailable: readonly RequestRecord[], refused: number): string {
  const statuses = new Set(unavailable.map((record) => statusShown(record) ?? '503'));
  return [...statuses, ...(refused > 0 ? ['REFUSED_STREAM of HTTP/2'] : [])].join(' or ');
}

/** A 503 that speaks of a pool or a connection comes from something that was closed too early. */
function isOfDependency(detail: string | undefined): boolean {
  return /\b(pool|database|db|redis|query|driver|knex|prisma|mongo|ECONN)/i.test(detail ?? '');
}
