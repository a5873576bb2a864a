import { type Adapter, type Scene } from './scene.js';

/** The label of everything that the test makes in its namespace. */
export const LABELS = { app: 'orders' } as const;

/** The name of the Deployment, its Service and its budget. */
export const NAME = 'orders';

/** By this label what was left behind is found: `kubectl get namespaces -l …`. */
export const NAMESPACE_LABEL = { 'app.kubernetes.io/managed-by': 'nestjs-lifecycle-test' } as const;

const PORT = 3000;
const PROBE_PORT = 9000;

/** As strict as a namespace can be. */
export function namespaceOf(name: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { ...NAMESPACE_LABEL, 'pod-security.kubernetes.io/enforce': 'restricted' } },
  };
}

/** Reached over a port of every node. */
export function serviceOf(nodePort: number | undefined): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: NAME, labels: LABELS },
    spec: {
      type: 'NodePort',
      selector: LABELS,
      ports: [{ name: 'http', port: 80, targetPort: 'http', ...(nodePort !== undefined && { nodePort }) }],
    },
  };
}

export function budgetOf(name: string, minAvailable: number): object {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name },
    spec: { minAvailable, selector: { matchLabels: LABELS } },
  };
}

/** What is run of the image. */
export interface RunImage {
  readonly name: string;
  /** `Never` for one that was loaded into the nodes, so that no registry is asked for it. */
  readonly pullPolicy: 'Never' | 'IfNotPresent';
}

/** The demo as `deploy/base` has it, without its database: each pod has its own inside. */
export function deploymentOf(scene: Scene, adapter: Adapter, image: RunImage): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: NAME, labels: LABELS },
    spec: {
      replicas: scene.replicas,
      progressDeadlineSeconds: 180,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      selector: { matchLabels: LABELS },
      template: {
        metadata: { labels: { ...LABELS, adapter, scene: scene.name } },
        spec: {
          terminationGracePeriodSeconds: scene.graceSeconds,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 1000,
            runAsGroup: 1000,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          topologySpreadConstraints: [
            {
              topologyKey: 'kubernetes.io/hostname',
              maxSkew: 1,
              whenUnsatisfiable: 'ScheduleAnyway',
              labelSelector: { matchLabels: LABELS },
            },
          ],
          containers: [containerOf(scene, adapter, image)],
        },
      },
    },
  };
}

function containerOf({ process, graceSeconds, env }: Scene, adapter: Adapter, { name, pullPolicy }: RunImage): object {
  const variables = {
    PORT: String(PORT),
    DEMO_ADAPTER: adapter,
    DEMO_PAYMENT_MS: '20',
    DEMO_REPORT_MS: '500',
    DEMO_CONFIRMATION_MS: '100',
    SHUTDOWN_PROBE_PORT: String(PROBE_PORT),
    SHUTDOWN_GRACE_PERIOD: `${graceSeconds}s`,
    ...env,
  };
  return {
    name: NAME,
    image: name,
    imagePullPolicy: pullPolicy,
    // The colon keeps the shell from becoming the service: it stays pid 1, where SIGTERM without a handler does nothing.
    command: process === 'deaf' ? ['sh', '-c', 'node dist/apps/demo/main.js; :'] : ['node', 'dist/apps/demo/main.js'],
    ports: [
      { name: 'http', containerPort: PORT },
      { name: 'probes', containerPort: PROBE_PORT },
    ],
    env: Object.entries(variables).map(([variable, value]) => ({ name: variable, value })),
    startupProbe: probeOf('/health/startup', { periodSeconds: 1, failureThreshold: 120 }),
    livenessProbe: probeOf('/health/live', { periodSeconds: 10, failureThreshold: 3 }),
    readinessProbe: probeOf('/health/ready', { periodSeconds: 1, failureThreshold: 2 }),
    // PostgreSQL runs inside the process: 0.8 GB were measured.
    resources: { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '1536Mi' } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
  };
}

function probeOf(path: string, times: { readonly periodSeconds: number; readonly failureThreshold: number }): object {
  return { httpGet: { path, port: 'probes' }, timeoutSeconds: 2, ...times };
}
