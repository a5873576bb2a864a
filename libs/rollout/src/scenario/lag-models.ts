import { type Lag } from '../random/lag.js';

/**
 * From a change of the endpoints until one node or balancer knows: models, not measurements, after what Kubernetes' issues
 * and the vendors' documents report.
 */
export const LAG_MODELS = {
  none: { min: 0, median: 0, p99: 0, max: 0 },
  /** kube-proxy, in a cluster that is not overloaded. */
  'cluster-ip': { min: 10, median: 400, p99: 4000, max: 4000 },
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
