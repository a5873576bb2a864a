import { type TextFile } from 'nestjs-lifecycle-manifest-check';
import { deployment, fileNamed, ingress, type Json, resource, service } from './manifests.js';

type Fields = Readonly<Record<string, Json>>;

const READY = { httpGet: { path: '/health/ready', port: 'http' }, periodSeconds: 2, timeoutSeconds: 2 };

function contained(container: Fields): readonly string[] {
  return [deployment({ container }), service()];
}

function stopping(line: string): readonly string[] {
  return contained({ lifecycle: { preStop: { exec: { command: ['sh', '-c', line] } } } });
}

function probes(readinessProbe: Fields, livenessProbe: Fields): readonly string[] {
  return contained({ readinessProbe: { ...READY, httpGet: null, ...readinessProbe }, livenessProbe });
}

/** A controller other than a Deployment, with what its update may take away at once. */
function updated(kind: string, maxUnavailable: Json): readonly string[] {
  const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable } };
  const text = deployment({ spec: { replicas: 3, updateStrategy } });
  return [text.replace('"Deployment"', JSON.stringify(kind)), service()];
}

function scaled(spec: Fields): string {
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'orders' };
  return resource('HorizontalPodAutoscaler', { scaleTargetRef, ...spec }, { apiVersion: 'autoscaling/v2' });
}

function beside(sidecar: Fields): readonly string[] {
  const text = deployment();
  const containers = /"containers": \[/;
  return [text.replace(containers, (found) => `${found}${JSON.stringify({ name: 'proxy', ...sidecar })},`), service()];
}

const EXEC = { exec: { command: ['cat', '/tmp/up'] } };
const HTTP = { httpGet: { path: '/up', port: 'http' } };
const SQL = 'gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.11';

/** A loss that was proved. */
export interface Loss {
  readonly what: string;
  /** The rule that finds it. */
  readonly rule: string;
  /** A part of what it says. */
  readonly said: string;
  /** The files that have it, each named by its number or by its first line. */
  readonly wrong: readonly string[];
  /** The same without it. */
  readonly right: readonly string[];
}

/** Losses that were proved on real processes, each with what is nearly the same and right. */
export const LOSSES: readonly Loss[] = [
  {
    what: 'a preStop that sends SIGTERM itself',
    rule: 'pre-stop-sends-signal',
    said: 'error pre-stop-sends-signal: preStop sends SIGTERM by itself (kill -TERM 1) and waits 10s',
    wrong: stopping('kill -TERM 1; sleep 10'),
    right: stopping('sleep 10'),
  },
  {
    what: 'pm2-runtime, which kills after 1.6 s',
    rule: 'process-manager-kills-early',
    said: 'but pm2-runtime waits 1.6s',
    wrong: contained({ command: ['pm2-runtime', 'dist/main.js'] }),
    right: contained({ command: ['pm2-runtime', 'dist/main.js'], env: [{ name: 'PM2_KILL_TIMEOUT', value: '30000' }] }),
  },
  {
    what: 'pm2-runtime in an image',
    rule: 'process-manager-kills-early',
    said: 'but pm2-runtime waits 1.6s',
    wrong: [fileNamed('Dockerfile', 'FROM node:24', 'CMD ["pm2-runtime", "dist/main.js"]')],
    right: [
      fileNamed('Dockerfile', 'FROM node:24', 'ENV PM2_KILL_TIMEOUT=30000', 'CMD ["pm2-runtime", "dist/main.js"]'),
    ],
  },
  {
    what: 'a probe’s own time to stop',
    rule: 'probe-grace-period',
    said: 'probe-grace-period: livenessProbe gives the container 1 s to stop',
    wrong: contained({ livenessProbe: { ...HTTP, terminationGracePeriodSeconds: 1 } }),
    right: contained({ livenessProbe: { ...HTTP, terminationGracePeriodSeconds: 30 } }),
  },
  {
    what: 'a DaemonSet that is updated all at once',
    rule: 'rollout-leaves-no-pod',
    said: 'error rollout-leaves-no-pod: with maxUnavailable 100% a rollout stops all pods at once',
    wrong: updated('DaemonSet', '100%'),
    right: updated('DaemonSet', '30%'),
  },
  {
    what: 'a StatefulSet that is updated all at once, behind its feature gate',
    rule: 'rollout-leaves-no-pod',
    said: 'warning rollout-leaves-no-pod: with maxUnavailable 100% a rollout stops all pods at once, where the feature gate',
    wrong: updated('StatefulSet', '100%'),
    right: updated('StatefulSet', 1),
  },
  {
    what: 'readiness that cannot pass before the progress deadline',
    rule: 'progress-deadline-too-short',
    said: 'error progress-deadline-too-short: readiness cannot have passed before 90s, but the rollout counts as failed after 60s',
    wrong: [
      deployment({
        spec: { progressDeadlineSeconds: 60 },
        container: { readinessProbe: { ...READY, initialDelaySeconds: 90 } },
      }),
      service(),
    ],
    right: [
      deployment({
        spec: { progressDeadlineSeconds: 600 },
        container: { readinessProbe: { ...READY, initialDelaySeconds: 90 } },
      }),
      service(),
    ],
  },
  {
    what: 'a probe to a port number that is not declared',
    rule: 'probe-port-unknown',
    said: 'probe-port-unknown: readinessProbe asks port 3001, but the ports of orders are http = 3000',
    wrong: contained({ readinessProbe: { ...READY, httpGet: { path: '/health/ready', port: 3001 } } }),
    right: contained({ readinessProbe: { ...READY, httpGet: { path: '/health/ready', port: 3000 } } }),
  },
  {
    what: 'a classic sidecar that stops first',
    rule: 'sidecar-stops-first',
    said: 'sidecar-stops-first: ',
    wrong: beside({ image: SQL, args: ['a:b:c'] }),
    right: beside({ image: SQL, args: ['--max-sigterm-delay=30s', 'a:b:c'] }),
  },
  {
    what: 'liveness that is readiness by the number of its port',
    rule: 'liveness-like-readiness',
    said: 'liveness-like-readiness: liveness and readiness both ask /up',
    wrong: probes(HTTP, { httpGet: { path: '/up', port: 3000 } }),
    right: probes(HTTP, { httpGet: { path: '/live', port: 3000 } }),
  },
  {
    what: 'liveness that is readiness by its command',
    rule: 'liveness-like-readiness',
    said: 'liveness-like-readiness: liveness and readiness both run "cat /tmp/up"',
    wrong: probes(EXEC, EXEC),
    right: probes(EXEC, { exec: { command: ['cat', '/tmp/alive'] } }),
  },
  {
    what: 'liveness that is readiness of gRPC',
    rule: 'liveness-like-readiness',
    said: 'liveness-like-readiness: liveness and readiness both ask gRPC for "" on port 3000',
    wrong: probes({ grpc: { port: 3000 } }, { grpc: { port: 3000, service: '' } }),
    right: probes({ grpc: { port: 3000 } }, { grpc: { port: 3000, service: 'live' } }),
  },
  {
    what: 'liveness that is readiness but for a slash',
    rule: 'liveness-like-readiness',
    said: 'liveness-like-readiness: liveness and readiness both ask /up/',
    wrong: probes(HTTP, { httpGet: { path: '/up/', port: 'http' } }),
    right: probes(HTTP, { httpGet: { path: '/up/live', port: 'http' } }),
  },
  {
    what: '010, which is 8',
    rule: 'field-has-wrong-type',
    said: 'error field-has-wrong-type: spec.template.spec.terminationGracePeriodSeconds is 040, which Kubernetes reads as 32',
    wrong: [
      deployment().replace('"terminationGracePeriodSeconds": 30', 'terminationGracePeriodSeconds: 040'),
      service(),
    ],
    right: [
      deployment().replace('"terminationGracePeriodSeconds": 30', 'terminationGracePeriodSeconds: 40'),
      service(),
    ],
  },
  {
    what: 'an autoscaler beside replicas',
    rule: 'replicas-beside-autoscaler',
    said: 'replicas-beside-autoscaler: replicas is 2, and HorizontalPodAutoscaler orders scales it up to 9',
    wrong: [...contained({}), scaled({ minReplicas: 2, maxReplicas: 9 })],
    right: [deployment({ spec: { replicas: null } }), service(), scaled({ minReplicas: 2, maxReplicas: 9 })],
  },
  {
    what: 'all pods on one node',
    rule: 'pods-on-one-node',
    said: 'pods-on-one-node: nodeSelector puts all 2 pods on node-1',
    wrong: [deployment({ pod: { nodeSelector: { 'kubernetes.io/hostname': 'node-1' } } }), service()],
    right: [deployment({ pod: { nodeSelector: { 'kubernetes.io/arch': 'arm64' } } }), service()],
  },
  {
    what: 'a Service whose selector is one letter away',
    rule: 'service-matches-no-pod',
    said: 'error service-matches-no-pod: the selector wants app=ordrs, but the pods of Deployment orders have app=orders',
    wrong: [deployment(), service({ selector: { app: 'ordrs' } })],
    right: [deployment(), service({ selector: { app: 'orders' } })],
  },
  {
    what: 'a Service that is one namespace away',
    rule: 'service-matches-no-pod',
    said: 'error service-matches-no-pod: it is in the namespace shop, but the pods',
    wrong: [deployment({ metadata: { namespace: 'shops' } }), service({}, { namespace: 'shop' })],
    right: [deployment({ metadata: { namespace: 'shop' } }), service({}, { namespace: 'shop' })],
  },
  {
    what: 'an Ingress whose Service is one letter away',
    rule: 'ingress-service-unknown',
    said: 'error ingress-service-unknown: there is no Service orders, but ordrs',
    wrong: [deployment(), service({}, { name: 'ordrs' }), ingress('nginx')],
    right: [deployment(), service(), ingress('nginx')],
  },
  {
    what: 'an Ingress whose Service is one namespace away',
    rule: 'ingress-service-unknown',
    said: 'error ingress-service-unknown: Service orders is in the namespace shop, and the Ingress in default',
    wrong: [deployment({ metadata: { namespace: 'shop' } }), service({}, { namespace: 'shop' }), ingress('nginx')],
    right: [deployment(), service(), ingress('nginx')],
  },
];

/** Files of texts: named by the first line, `# file: name`, which is left out, or by their number. */
export function filesOf(texts: readonly string[]): readonly TextFile[] {
  return texts.map((written, index) => {
    const [, path = `${index}.yaml`, text = written] = /^# file: (\S+)\n(.*)$/s.exec(written) ?? [];
    return { path, text };
  });
}
