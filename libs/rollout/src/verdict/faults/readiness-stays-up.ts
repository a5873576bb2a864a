import { type FaultRule } from '../fault-rule.js';
import { type Inquiry } from '../inquiry.js';
import { isAllGrpc } from '../../load/load-plan.js';
import { type Loss } from '../loss.js';
import { type PodFacts, probesAfter } from '../pod-facts.js';
import { type StopKind } from '../stop-kind.js';
import { count } from '../wording.js';

/** A probe so soon after the signal may have been answered before the service saw it. */
const CROSSING_MS = 500;

const WITH_A_PATH = [
  'readinessProbe:',
  '  httpGet: { path: /health/ready, port: http }   # 503 from SIGTERM on, while everything else is served',
].join('\n');

const OF_GRPC = [
  'Have a health service of gRPC as the readiness probe, set it to NOT_SERVING at SIGTERM, and keep serving everything else.',
  '// with nestjs-lifecycle: followGrpcHealth(app.get(GracefulShutdown), health)',
].join('\n');

/**
 * Readiness still passes after SIGTERM. On a deletion Kubernetes needs nothing from it; where a container is restarted without one,
 * readiness is the only way to be taken out of the endpoints, and then requests are lost by it.
 */
export const readinessStaysUp: FaultRule = {
  code: 'readiness-stays-up',
  explains: (loss) => isInRestart(loss),
  describe: (losses, inquiry) => {
    const opensOnly = inquiry.scenario.pod.readinessProbe?.action.kind === 'tcp-socket';
    const pods = losses.length === 0 && mayPass(inquiry, opensOnly) ? [] : passing(inquiry);
    if (pods.length === 0 && losses.length === 0) return undefined;
    const restarted = losses.flatMap(({ pod }) => (pod === undefined ? [] : [pod]));
    return {
      severity: losses.length > 0 ? 'error' : 'warning',
      title: 'Readiness still passes after SIGTERM',
      evidence:
        (opensOnly
          ? 'The readiness probe only opens a connection, so it passes for as long as the service listens'
          : `The readiness probe went on passing on ${count(pods.length, 'pod')} after SIGTERM`) +
        (losses.length > 0
          ? `, and ${count(losses.length, 'request')} went to a container that was being restarted without a deletion.`
          : '. Nothing was lost by it here: on a deletion Kubernetes does not look. A restart without a deletion, and balancers with health checks of their own, do.'),
      remedy: remedyFor(inquiry),
      pods: [...new Set([...pods, ...restarted])],
    };
  },
};

function remedyFor({ scenario }: Inquiry): string {
  const kind = scenario.pod.readinessProbe?.action.kind;
  if (kind === 'grpc' || (kind === 'tcp-socket' && isAllGrpc(scenario.load))) return OF_GRPC;
  return kind === 'tcp-socket'
    ? WITH_A_PATH
    : 'Answer the readiness probe with 503 from SIGTERM on, and keep serving everything else.';
}

/**
 * A probe that asks for no more than a connection cannot fail while a service does its duty, which is to go on serving. And the only pod keeps
 * its requests by it: without a ready one Kubernetes falls back to those that are stopping and pass (KEP-1669).
 */
function mayPass({ scenario }: Inquiry, opensOnly: boolean): boolean {
  return opensOnly || scenario.deployment.replicas === 1;
}

/** A service that never heard of SIGTERM cannot turn its readiness: that is told by its own rule. */
const UNAWARE: ReadonlySet<StopKind> = new Set(['still-starting', 'ignored', 'not-forwarded']);

function passing(inquiry: Inquiry): PodFacts[] {
  return inquiry.pods.filter((pod) => {
    if (pod.signal === undefined || UNAWARE.has(inquiry.stopOf(pod))) return false;
    const answers = probesAfter(pod, 'readiness', pod.signal.at + CROSSING_MS);
    return answers.length > 0 && answers.every(({ isSuccess }) => isSuccess);
  });
}

/** Between the SIGTERM of a restart that was no deletion, and the pod being ready again. */
function isInRestart({ pod, at, manner }: Loss): boolean {
  if (pod === undefined || manner === 'server-error') return false;
  return pod.restarts.some((restart) => {
    const signal = pod.events.findLast((event) => event.type === 'signal-sent' && event.at <= restart.at);
    const back = pod.events.find((event) => event.type === 'pod-ready' && event.at > restart.at);
    return signal !== undefined && at >= signal.at && at < (back?.at ?? Infinity);
  });
}
