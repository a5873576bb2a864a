import { workloadRule } from '../rule-kinds/rule.js';
import { type Resource } from '../manifest/resource.js';
import { type Workload } from '../manifest/workload.js';
import { formatMs } from '../settings/duration.js';
import { type Field } from '../source/field.js';

const INJECT = 'elbv2.k8s.aws/pod-readiness-gate-inject';
/** From the readiness of a pod until its address is registered, as a rule of thumb. */
const REGISTRATION_SECONDS = 10;

/** Kubernetes calls a pod ready before a load balancer outside of it does. */
export const newTargetsNotAwaited = workloadRule({
  id: 'new-targets-not-awaited',
  severity: 'warning',
  summary: 'A rollout goes on before new pods are healthy targets of their AWS load balancer',
  *check(workload) {
    const target = targetOf(workload);
    if (target === undefined || workload.kind === 'Pod' || hasGate(workload)) return;
    const { namespaceObject: namespace } = workload;
    if (namespace?.root.at('metadata', 'labels', INJECT).text === 'enabled') return;
    const minReady = workload.spec.at('minReadySeconds');
    const needed = REGISTRATION_SECONDS + target.healthySeconds;
    if ((minReady.number ?? 0) >= needed) return;
    yield {
      at: minReady,
      // The label may be in a file that is not checked.
      severity: namespace === undefined ? 'note' : 'warning',
      message: `pods count as available ${formatMs((minReady.number ?? 0) * 1000)} after they are ready, but ${target.name} may need ${needed}s to send them requests, and no readiness gate waits for it`,
      why: 'A rollout stops old pods as soon as new ones are available: when all targets are new and none is healthy yet, the load balancer answers 503.',
      remedy: `kubectl label namespace ${workload.namespace} ${INJECT}=enabled\n# or in the ${workload.kind}:\nminReadySeconds: ${needed}`,
    };
  },
});

interface Target {
  readonly name: string;
  readonly healthySeconds: number;
}

const ALB = 'alb.ingress.kubernetes.io';
const NLB = 'service.beta.kubernetes.io/aws-load-balancer';

function targetOf({ ingresses, services, routes }: Workload): Target | undefined {
  const annotationsOf = ({ root }: Resource): Field => root.at('metadata', 'annotations');
  const alb = ingresses.map(annotationsOf).find((annotations) => annotations.at(`${ALB}/target-type`).text === 'ip');
  if (alb !== undefined) return { name: 'the ALB', healthySeconds: healthySeconds(alb, `${ALB}/`, [2, 15]) };
  const isBound = routes.some(
    ({ kind, root }) => kind === 'TargetGroupBinding' && root.at('spec', 'targetType').text === 'ip',
  );
  if (isBound) return { name: 'the target group', healthySeconds: 30 };
  const nlb = services.map(annotationsOf).find(isToPods);
  return nlb && { name: 'the NLB', healthySeconds: healthySeconds(nlb, `${NLB}-healthcheck-`, [3, 10]) };
}

function isToPods(annotations: Field): boolean {
  const isIp = annotations.at(`${NLB}-nlb-target-type`).text === 'ip';
  return isIp || annotations.at(`${NLB}-type`).text === 'nlb-ip';
}

function healthySeconds(annotations: Field, prefix: string, [checks, seconds]: readonly [number, number]): number {
  const amount = (name: string): number => Number(annotations.at(`${prefix}${name}`).text);
  const threshold = amount(prefix.startsWith(ALB) ? 'healthy-threshold-count' : 'healthy-threshold') || checks;
  const interval = amount(prefix.startsWith(ALB) ? 'healthcheck-interval-seconds' : 'interval') || seconds;
  return threshold * interval;
}

function hasGate({ pod }: Workload): boolean {
  const types = pod.at('readinessGates').items.map((gate) => gate.at('conditionType').text ?? '');
  return types.some((type) => type.startsWith('target-health.'));
}
