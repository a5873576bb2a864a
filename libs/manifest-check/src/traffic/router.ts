import { type Resource } from '../manifest/resource.js';
import { type Workload } from '../manifest/workload.js';
import { type Field } from '../source/field.js';

/** Something that sends requests to pods. */
export interface Router {
  /** `ALB with instance targets`. */
  readonly name: string;
  /** How long it may go on sending requests to a pod that is being deleted. */
  readonly delayMs: number;
  /** How long it keeps an idle connection to a pod; `undefined` where it keeps none of its own. */
  readonly idleTimeoutMs: number | undefined;
  /** Where the files say so. */
  readonly at: Field;
}

type Preset = Omit<Router, 'at'>;

/**
 * Reported and documented times, rounded up; no vendor promises any of them. The delays count from the deletion of the
 * pod to the last request. Sources: aws-load-balancer-controller #1064, #2106 and #2366; GKE's container-native load
 * balancing guide; Istio's PILOT_DEBOUNCE_MAX; kube-proxy's minSyncPeriod. Idle timeouts are the defaults: ALB and nginx
 * 60 s, NLB 350 s, Google's balancers 600 s (fixed), Envoy 1 h.
 */
const PRESETS = {
  cluster: { name: 'kube-proxy', delayMs: 5000, idleTimeoutMs: undefined },
  nginx: { name: 'nginx ingress', delayMs: 10_000, idleTimeoutMs: 60_000 },
  proxy: { name: 'ingress controller', delayMs: 10_000, idleTimeoutMs: undefined },
  envoy: { name: 'Envoy', delayMs: 10_000, idleTimeoutMs: 3_600_000 },
  albIp: { name: 'ALB with ip targets', delayMs: 30_000, idleTimeoutMs: 60_000 },
  albInstance: { name: 'ALB with instance targets', delayMs: 70_000, idleTimeoutMs: 60_000 },
  nlb: { name: 'NLB', delayMs: 120_000, idleTimeoutMs: 350_000 },
  google: { name: "Google Cloud's load balancer", delayMs: 60_000, idleTimeoutMs: 600_000 },
  unknown: { name: 'load balancer', delayMs: 15_000, idleTimeoutMs: undefined },
} as const satisfies Readonly<Record<string, Preset>>;

/** Everything that sends requests to the pods of a workload, as far as the files show it; none for a worker. */
export function routersOf(workload: Workload): readonly Router[] {
  const { services, ingresses, routes } = workload;
  return [
    ...ingresses.map((ingress) => placed(ofIngress(ingress), ingress)),
    ...routes.map((route) => placed(ofRoute(route), route)),
    ...services.map(routerOf),
    ...(isInMesh(workload) ? [placed(PRESETS.envoy, workload)] : []),
  ];
}

/** A Service may choose the pods of many workloads. */
const ROUTERS = new WeakMap<Resource, Router>();

function routerOf(service: Resource): Router {
  const router = ROUTERS.get(service) ?? placed(ofService(service), service);
  ROUTERS.set(service, router);
  return router;
}

function placed(preset: Preset, { root }: Resource): Router {
  return { ...preset, at: root.at('metadata', 'name') };
}

/** The one that takes longest to learn that a pod has gone; kube-proxy takes `kubeProxyDelayMs`, where that is known. */
export function slowestRouter(workload: Workload, kubeProxyDelayMs?: number): Router | undefined {
  const delayOf = ({ name, delayMs }: Router): number =>
    name === PRESETS.cluster.name ? (kubeProxyDelayMs ?? delayMs) : delayMs;
  const slowest = routersOf(workload).toSorted((one, other) => delayOf(other) - delayOf(one))[0];
  return slowest && { ...slowest, delayMs: delayOf(slowest) };
}

function ofIngress({ root }: Resource): Preset {
  const annotations = root.at('metadata', 'annotations');
  const name = root.at('spec', 'ingressClassName').text ?? annotations.at('kubernetes.io/ingress.class').text ?? '';
  if (/alb/i.test(name) || annotations.entries.some(([key]) => key.startsWith('alb.ingress.kubernetes.io/'))) {
    return annotations.at('alb.ingress.kubernetes.io/target-type').text === 'ip' ? PRESETS.albIp : PRESETS.albInstance;
  }
  if (/gce/i.test(name)) return PRESETS.google;
  if (/nginx/i.test(name)) return PRESETS.nginx;
  if (/istio|envoy|contour/i.test(name)) return PRESETS.envoy;
  return /haproxy|traefik|kong/i.test(name) ? PRESETS.proxy : PRESETS.unknown;
}

function ofRoute({ kind, root }: Resource): Preset {
  switch (kind) {
    case 'VirtualService':
    case 'HTTPProxy':
      return PRESETS.envoy;
    case 'IngressRoute':
    case 'IngressRouteTCP':
      return { ...PRESETS.proxy, name: 'Traefik' };
    case 'Route':
      return { ...PRESETS.proxy, name: "OpenShift's router" };
    case 'TargetGroupBinding':
      return root.at('spec', 'targetType').text === 'ip'
        ? { ...PRESETS.albIp, name: 'target group of pods' }
        : { ...PRESETS.albInstance, name: 'target group of nodes' };
    default:
      return PRESETS.unknown;
  }
}

function ofService({ root }: Resource): Preset {
  const annotations = root.at('metadata', 'annotations');
  const exposesGroups = annotations.at('cloud.google.com/neg').text ?? '';
  if (/exposed_ports|"ingress"\s*:\s*true/.test(exposesGroups)) return PRESETS.google;
  if (root.at('spec', 'type').text !== 'LoadBalancer') return PRESETS.cluster;
  const type = annotations.at('service.beta.kubernetes.io/aws-load-balancer-type').text ?? '';
  const isNlb = /nlb|external/.test(type) || root.at('spec', 'loadBalancerClass').text === 'service.k8s.aws/nlb';
  return isNlb ? PRESETS.nlb : PRESETS.unknown;
}

/** Whether a sidecar of Istio's takes its requests. A pod may say no to what its namespace says. */
export function isInMesh({ podTemplate, containers, sidecars, namespaceObject }: Workload): boolean {
  if ([...containers, ...sidecars].some(({ name }) => name === 'istio-proxy')) return true;
  const own = ['labels', 'annotations'].map((key) => podTemplate.at('metadata', key));
  const wish = own.map((field) => field.at('sidecar.istio.io/inject').text).find((text) => text !== undefined);
  if (wish !== undefined) return wish === 'true';
  const labels = namespaceObject?.root.at('metadata', 'labels');
  return [labels, own[0]].some(
    (field) => field?.at('istio-injection').text === 'enabled' || field?.at('istio.io/rev').exists === true,
  );
}
