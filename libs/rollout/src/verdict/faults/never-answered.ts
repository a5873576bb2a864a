import { errorLineOf } from '../error-line.js';
import { type FaultRule, podsOf } from '../fault-rule.js';
import { statusShown } from '../../ledger/request-record.js';
import { type Inquiry } from '../inquiry.js';
import { type Loss } from '../loss.js';
import { oncePer } from '../once-per.js';
import { ofType } from '../pod-facts.js';
import { count } from '../wording.js';

/** So many failures before the update, and not one answer, are no chance. */
export const ENOUGH_FAILURES = 5;

/** A kind of request that failed before anything was stopped and was answered at no time: the load or the service is wrong. */
export const neverAnswered: FaultRule = {
  code: 'never-answered',
  explains: ({ record, pod }, inquiry) => pod !== undefined && kindsNeverAnswered(inquiry).has(record.kind),
  describe: (losses) => {
    if (losses.length === 0) return undefined;
    const kinds = [...new Set(losses.map(({ record }) => record.kind))];
    const got = [...new Set(losses.map(({ record, manner }) => statusShown(record) ?? manner))];
    const said = errorLineOf(losses.flatMap(({ record }) => record.detail?.split('\n') ?? []));
    return {
      severity: 'error',
      title: 'The service never answers these requests, whatever the rollout does',
      evidence:
        `${count(losses.length, 'request')} (${kinds.join(', ')}) got ${got.join(', ')} from the beginning on, from pods that were ready and not stopping; ` +
        `not one was answered.${said === undefined ? '' : ` The answer: ${said}`}`,
      remedy:
        'Ask one pod by hand for the same. Then correct path, headers or body in the load, say which status you expect (expect: [..]), or repair the service.',
      pods: podsOf(losses),
    };
  },
};

const kindsNeverAnswered = oncePer(({ records, losses, events }: Inquiry): ReadonlySet<string> => {
  const updateAt = ofType(events, 'update-started').at(0)?.at ?? Infinity;
  const early = new Map<string, number>();
  for (const loss of losses) {
    if (isUndisturbed(loss, updateAt)) early.set(loss.record.kind, (early.get(loss.record.kind) ?? 0) + 1);
  }
  const answered = new Set(
    records.flatMap(({ kind, fate }) => (fate === 'answered' || fate === 'told-to-go' ? [kind] : [])),
  );
  return new Set(
    [...early].flatMap(([kind, failed]) => (failed >= ENOUGH_FAILURES && !answered.has(kind) ? [kind] : [])),
  );
});

/**
 * A pod that crashes under its first request is another matter. What is never answered is given up long after it was sent, so that only few are
 * before the update.
 */
function isUndisturbed({ at, pod, attempt, manner }: Loss, updateAt: number): boolean {
  if (attempt?.connect !== 'open' || pod === undefined || pod.crashes.length > 0) return false;
  return at < updateAt || (manner === 'timeout' && at < (pod.signal?.at ?? Infinity) && pod.readyAt !== undefined);
}
