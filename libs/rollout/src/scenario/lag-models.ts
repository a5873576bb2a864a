import { type Lag, measuredLag } from '../random/lag.js';

/**
 * From a change of the endpoints until one node or balancer knows. Those of kube-proxy were measured on Kubernetes 1.34 (iptables,
 * new connections after SIGTERM); the others are models, not measurements, after what the vendors' documents report.
 */
export const LAG_MODELS = {
  none: { min: 0, median: 0, p99: 0, max: 0 },
  /** kube-proxy with a handful of Services, or a thousand of ten endpoints each: even over its `minSyncPeriod`. */
  'cluster-ip': measuredLag(0, [{ share: 1, ms: 1050 }]),
  /** kube-proxy with a thousand Services, on nodes whose cores are busy. */
  'cluster-ip-busy': measuredLag(0, [
    { share: 0.5, ms: 883 },
    { share: 0.9, ms: 2101 },
    { share: 1, ms: 3001 },
  ]),
  /** kube-proxy with 5,000 Services of ten endpoints each: 215,022 rules. */
  'cluster-ip-large': measuredLag(0, [
    { share: 0.5, ms: 1693 },
    { share: 0.9, ms: 4934 },
    { share: 1, ms: 6557 },
  ]),
  /** ingress-nginx, HAProxy or Traefik as ingress controller. */
  ingress: { min: 500, median: 2500, p99: 5000, max: 6000 },
  /** Envoy behind Istio or a Gateway API. */
  envoy: { min: 100, median: 500, p99: 8000, max: 10_000 },
  /** AWS, application load balancer with pod addresses as targets. */
  alb: { min: 5000, median: 12_000, p99: 25_000, max: 25_000 },
  /** AWS, network load balancer. */
  nlb: { min: 60_000, median: 90_000, p99: 120_000, max: 120_000 },
  /** Google Cloud, network endpoint groups. */
  neg: { min: 10_000, median: 20_000, p99: 45_000, max: 45_000 },
} as const satisfies Readonly<Record<string, Lag>>;
