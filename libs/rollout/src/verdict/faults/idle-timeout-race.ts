import { type FaultRule, podsOf, type Seen } from '../fault-rule.js';
import { type Inquiry } from '../inquiry.js';
import { type Loss } from '../loss.js';
import { count, span, time } from '../wording.js';

/** A server that is not being stopped closes an idle connection just as the next request comes. */
export const idleTimeoutRace: FaultRule = {
  code: 'idle-timeout-race',
  explains: (loss, inquiry) => {
    const idle = idleBefore(loss, inquiry);
    return loss.manner === 'reset' && loss.record.isReused && loss.pod?.signal === undefined && idle > 1000;
  },
  describe: (losses, inquiry) => {
    if (losses.length === 0) return toldBeforehand(inquiry);
    const idle = losses.map((loss) => idleBefore(loss, inquiry));
    const wanted = inquiry.scenario.network.balancer === 'request' ? inquiry.scenario.network.idleTimeoutMs : 60_000;
    return {
      severity: 'error',
      title: 'The server closes idle connections before its clients do',
      evidence:
        `${count(losses.length, 'request')} met a connection that had been idle for ${span(idle)}, ` +
        'on pods that were not being stopped.',
      remedy: remedyFor(wanted),
      pods: podsOf(losses),
    };
  },
};

/** A request and the end of a connection cross within this, whichever timer fires first. */
const LEAST_AHEAD_MS = 1000;

/** Where a balancer keeps connections longer than the service does, the race is only a matter of traffic. */
function toldBeforehand({ pods, scenario }: Inquiry): Seen | undefined {
  const { balancer, idleTimeoutMs } = scenario.network;
  const quick = pods.filter((pod) => (pod.idleTimeoutMs ?? Infinity) < idleTimeoutMs + LEAST_AHEAD_MS);
  const [first] = quick;
  if (balancer !== 'request' || first?.idleTimeoutMs === undefined) return undefined;
  return {
    severity: 'warning',
    title: 'The server does not keep idle connections longer than the balancer does',
    evidence:
      `The service closes a connection after ${time(first.idleTimeoutMs)} without a request, and the balancer keeps it for ${time(idleTimeoutMs)}: ` +
      'a request that comes in that moment is lost. No request did here.',
    remedy: remedyFor(idleTimeoutMs),
    pods: quick,
  };
}

function remedyFor(balancerMs: number): string {
  return `server.keepAliveTimeout = ${balancerMs + 5000};   // longer than the balancer's idle timeout of ${time(balancerMs)}`;
}

function idleBefore({ attempt, pod }: Loss, inquiry: Inquiry): number {
  if (attempt === undefined || pod === undefined) return 0;
  const trips = inquiry.connectionsOf(pod).find(({ openedAt }) => openedAt === attempt.connectedAt)?.trips ?? [];
  const before = trips.findLast((trip) => trip.attempt.at < attempt.at);
  return before === undefined ? 0 : attempt.at - before.record.endedAt;
}
