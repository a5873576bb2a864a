import { type Resource } from '../manifest/resource.js';
import { type Workload } from '../manifest/workload.js';
import { type Field } from '../source/field.js';

/** A load balancer that asks pods for their readiness by itself: a red answer is what takes a pod out there. */
export interface OwnChecks {
  readonly name: string;
  /** Where the files say so. */
  readonly at: Field;
}

const HAPROXY = ['haproxy.org/check-http', 'haproxy-ingress.github.io/health-check-uri'] as const;
const NLB_TARGETS = 'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type';

/**
 * The first one that checks the pods of a workload itself. The others follow the EndpointSlice, in which Kubernetes falls back to pods
 * that are stopping and ready (KEP-1669). Balancers whose targets are nodes come in by kube-proxy, which does so as well.
 */
export function ownChecksOf({ ingresses, routes, services }: Workload): OwnChecks | undefined {
  const found = [...ingresses.map(ofIngress), ...routes.map(ofRoute), ...services.map(ofService)];
  return found.find((checks) => checks !== undefined);
}

function ofIngress({ root }: Resource): OwnChecks | undefined {
  const annotations = root.at('metadata', 'annotations');
  const targets = annotations.at('alb.ingress.kubernetes.io/target-type');
  return targets.text === 'ip' ? { name: 'ALB with ip targets', at: targets } : ofHaproxy(annotations);
}

/** It heeds the same annotations at an Ingress and at its Service. */
function ofHaproxy(annotations: Field): OwnChecks | undefined {
  const check = HAPROXY.map((key) => annotations.at(key)).find(({ exists }) => exists);
  return check && { name: 'HAProxy with its own checks', at: check };
}

function ofRoute({ kind, root }: Resource): OwnChecks | undefined {
  const at = root.at('spec', 'targetType');
  return kind === 'TargetGroupBinding' && at.text === 'ip' ? { name: 'target group of pods', at } : undefined;
}

function ofService({ root }: Resource): OwnChecks | undefined {
  const annotations = root.at('metadata', 'annotations');
  const targets = annotations.at(NLB_TARGETS);
  if (targets.text === 'ip') return { name: 'NLB with ip targets', at: targets };
  const groups = annotations.at('cloud.google.com/neg');
  const isGoogle = /exposed_ports|"ingress"\s*:\s*true/.test(groups.text ?? '');
  return isGoogle ? { name: "Google Cloud's load balancer", at: groups } : ofHaproxy(annotations);
}
