import { type FaultRule, isAfterSignal, ofStop } from '../fault-rule.js';
import { type Inquiry } from '../inquiry.js';
import { inFlightAtExit } from '../stop-kind.js';
import { count, enough, time, were } from '../wording.js';
import { type PodFacts } from '../pod-facts.js';

/** The service was still at work on what it had when SIGKILL came. */
export const gracePeriodTooShort: FaultRule = {
  code: 'grace-period-too-short',
  explains: (loss, inquiry) =>
    loss.pod !== undefined &&
    inquiry.stopOf(loss.pod) === 'still-draining' &&
    isAfterSignal(loss) &&
    (loss.manner === 'reset' || loss.manner === 'timeout') &&
    loss.attempt?.wasDelivered === true,
  explainsMessage: ofStop('still-draining'),
  describe: (losses, inquiry) => {
    const pods = inquiry.stopped('still-draining');
    if (pods.length === 0) return undefined;
    const grace = inquiry.scenario.pod.gracePeriodMs;
    const needed = Math.max(...pods.map((pod) => neededMs(pod, inquiry)));
    return {
      severity: 'error',
      title: 'The grace period is too short for what is in flight',
      evidence:
        `${count(pods.length, 'pod')} had requests in hand when SIGKILL came, ${time(pods[0]?.signal?.remainingMs ?? grace)} after SIGTERM; ` +
        `${were(losses.length, 'request')} cut. The slowest answer of these kinds takes ${time(slowest(pods, inquiry))}, so a stop needs about ${time(needed)} in all.`,
      remedy:
        inquiry.scenario.noticeMs === grace
          ? atNodesEnd(grace)
          : `terminationGracePeriodSeconds: ${enough(needed)}\n# and tell the service: SHUTDOWN_GRACE_PERIOD=${enough(needed)}s`,
      pods,
    };
  },
};

function atNodesEnd(ms: number): string {
  return [
    `The node is gone ${time(ms)} after its notice, whatever terminationGracePeriodSeconds says: let requests end sooner, or hand back what takes longer.`,
    '# with nestjs-lifecycle: the whole stop in that time',
    `SHUTDOWN_GRACE_PERIOD=${Math.floor(ms / 1000)}s`,
  ].join('\n');
}

/** From the deletion on: until the last of what was cut had been handed over, and then as long as the slowest of its kind takes. */
function neededMs(pod: PodFacts, inquiry: Inquiry): number {
  const begin = pod.preStop?.startedAt ?? pod.signal?.at ?? 0;
  const held = inFlightAtExit(pod, inquiry.work);
  const last = Math.max(...held.map(({ sentAt }) => sentAt), begin);
  const alreadyMs = (pod.exit?.at ?? begin) - begin;
  return Math.max(last - begin + slowest([pod], inquiry), alreadyMs + 1000);
}

/** How long the kinds that were cut take where they are answered; where they never are, as long as a client waits. */
function slowest(pods: readonly PodFacts[], { work, scenario }: Inquiry): number {
  const kinds = new Set(pods.flatMap((pod) => inFlightAtExit(pod, work)).map(({ kind }) => kind));
  const took = work
    .filter(({ kind, fate }) => fate === 'answered' && kinds.has(kind))
    .map(({ sentAt, endedAt }) => endedAt - sentAt);
  return took.length > 0 ? took.reduce((a, b) => Math.max(a, b)) : scenario.timing.requestTimeoutMs;
}
