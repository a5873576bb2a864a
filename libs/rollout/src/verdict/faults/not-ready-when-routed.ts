import { type FaultRule, isAfterSignal, podsOf } from '../fault-rule.js';
import { type Scenario } from '../../scenario/scenario.js';
import { trafficPort } from '../../scenario/traffic-port.js';
import { isAllGrpc } from '../../load/load-plan.js';
import { longest } from '../fault-rule.js';
import { count, manners, time } from '../wording.js';

const OF_GRPC = [
  'readinessProbe:',
  '  grpc: { port: 5000 }   # its port; grpc.health.v1.Health says SERVING only when a call would be answered',
  '  periodSeconds: 2',
].join('\n');

/** A new pod got requests before it could serve them: its readiness said so too early. */
export const notReadyWhenRouted: FaultRule = {
  code: 'not-ready-when-routed',
  explains: (loss, inquiry) =>
    loss.pod !== undefined &&
    !isAfterSignal(loss) &&
    loss.manner !== 'timeout' &&
    loss.at < (inquiry.firstAnswerOf(loss.pod) ?? Infinity),
  describe: (losses, inquiry) => {
    if (losses.length === 0) return undefined;
    const pods = podsOf(losses);
    const late = longest(
      pods.map((pod) => (inquiry.firstAnswerOf(pod) ?? inquiry.end) - (pod.readyAt ?? pod.createdAt)),
    );
    return {
      severity: 'error',
      title: 'New pods got requests before they could serve',
      evidence:
        `${count(losses.length, 'request')} (${manners(losses)}) went to pods that counted as ready and had answered nothing yet; ` +
        `the first good answer came up to ${time(late)} after readiness. ${probeIs(inquiry.scenario)}`,
      remedy: remedy(inquiry.scenario),
      pods,
    };
  },
};

function probeIs({ pod }: Scenario): string {
  const kind = pod.readinessProbe?.action.kind;
  if (kind === undefined) return 'There is no readiness probe, so a pod is ready as soon as its container has started.';
  if (kind === 'tcp-socket') return 'The readiness probe only opens a connection, which says nothing about answers.';
  return 'The readiness probe passes before the service can answer.';
}

function remedy({ service, load }: Scenario): string {
  if (isAllGrpc(load)) return OF_GRPC;
  const port = trafficPort(service.ports);
  return [
    'readinessProbe:',
    '  httpGet:',
    '    path: /health/ready   # answers 200 only when a request would be served',
    `    port: ${port?.name ?? 'http'}`,
    '  periodSeconds: 2',
  ].join('\n');
}
