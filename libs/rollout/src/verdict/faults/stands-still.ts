import { type FaultRule } from '../fault-rule.js';
import { type Inquiry } from '../inquiry.js';
import { type Loss } from '../loss.js';
import { type PodFacts } from '../pod-facts.js';
import { type Standstill, standstillOf } from '../standstill.js';
import { count, time, were } from '../wording.js';

/** From SIGTERM on the service answers nothing for a while: its event loop is blocked, or its handler holds everything up. */
export const standsStill: FaultRule = {
  code: 'stands-still',
  explains: (loss, inquiry) =>
    (loss.manner === 'timeout' || loss.manner === 'black-hole') &&
    loss.pod !== undefined &&
    isWithin(loss, standstillIn(loss.pod, inquiry)),
  describe: (losses, inquiry) => {
    const still = inquiry.pods.flatMap((pod) => {
      const found = standstillIn(pod, inquiry);
      return found === undefined ? [] : [{ pod, found }];
    });
    const [worst] = still.toSorted((a, b) => lengthOf(b.found) - lengthOf(a.found));
    if (worst === undefined) return undefined;
    const { pod, found } = worst;
    return {
      severity: losses.length > 0 ? 'error' : 'warning',
      title: 'The service answers nothing for a while after SIGTERM',
      evidence:
        `${pod.name} answered nothing for ${time(lengthOf(found))}, from ${time(found.from - (pod.signal?.at ?? 0))} after SIGTERM on, while ` +
        `${were(found.waiting, 'request')} waiting that usually ${found.waiting === 1 ? 'takes' : 'take'} far less; the same on ` +
        `${count(still.length, 'pod')}. ${were(losses.length, 'request')} lost by it.`,
      remedy:
        'Do no synchronous work in the handler of SIGTERM (readFileSync, a long loop, JSON of a large state): do it before, in parts, or in a worker thread.',
      pods: still.map((one) => one.pod),
    };
  },
};

/** What hangs until SIGKILL is another fault. */
function standstillIn(pod: PodFacts, inquiry: Inquiry): Standstill | undefined {
  return pod.exit?.isKilledByKubelet === true ? undefined : standstillOf(pod, inquiry);
}

function isWithin({ record }: Loss, found: Standstill | undefined): boolean {
  return found !== undefined && record.endedAt > found.from && record.sentAt < found.to;
}

function lengthOf({ from, to }: Standstill): number {
  return to - from;
}
