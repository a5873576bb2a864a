import { z } from 'zod';

// What is read of the objects of the API, and nothing else of them. The shapes are those of Kubernetes 1.34; all that may be missing is.

const metadata = z.object({
  name: z.string(),
  namespace: z.string().optional(),
  uid: z.string(),
  resourceVersion: z.string(),
  generation: z.number().optional(),
  creationTimestamp: z.string().optional(),
  deletionTimestamp: z.string().optional(),
  deletionGracePeriodSeconds: z.number().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
  ownerReferences: z.array(z.object({ kind: z.string(), name: z.string(), uid: z.string() })).optional(),
});

const handler = z.object({
  httpGet: z.object({ path: z.string().optional(), port: z.union([z.number(), z.string()]) }).optional(),
  tcpSocket: z.object({ port: z.union([z.number(), z.string()]) }).optional(),
  exec: z.object({ command: z.array(z.string()).optional() }).optional(),
  sleep: z.object({ seconds: z.number() }).optional(),
});

const probe = handler.extend({
  initialDelaySeconds: z.number().default(0),
  periodSeconds: z.number().default(10),
  timeoutSeconds: z.number().default(1),
  successThreshold: z.number().default(1),
  failureThreshold: z.number().default(3),
});

const container = z.object({
  name: z.string(),
  image: z.string().optional(),
  command: z.array(z.string()).default([]),
  args: z.array(z.string()).default([]),
  ports: z.array(z.object({ name: z.string().optional(), containerPort: z.number() })).optional(),
  env: z.array(z.object({ name: z.string() })).default([]),
  readinessProbe: probe.optional(),
  livenessProbe: probe.optional(),
  startupProbe: probe.optional(),
  lifecycle: z.object({ preStop: handler.optional() }).optional(),
});

const podSpec = z.object({
  nodeName: z.string().optional(),
  terminationGracePeriodSeconds: z.number().default(30),
  containers: z.array(container),
});

const condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().optional(),
  message: z.string().optional(),
});

const intOrPercent = z.union([z.number(), z.string()]);

const deployment = z.object({
  metadata,
  spec: z.object({
    replicas: z.number().default(1),
    paused: z.boolean().default(false),
    selector: z.object({
      matchLabels: z.record(z.string(), z.string()).default({}),
      matchExpressions: z.array(z.unknown()).default([]),
    }),
    template: z.object({
      metadata: z
        .object({
          labels: z.record(z.string(), z.string()).optional(),
          annotations: z.record(z.string(), z.string()).optional(),
        })
        .optional(),
      spec: podSpec,
    }),
    strategy: z
      .object({
        type: z.string().default('RollingUpdate'),
        rollingUpdate: z
          .object({ maxSurge: intOrPercent.default('25%'), maxUnavailable: intOrPercent.default('25%') })
          .nullish(),
      })
      .prefault({}),
    minReadySeconds: z.number().default(0),
    progressDeadlineSeconds: z.number().default(600),
  }),
  status: z
    .object({
      observedGeneration: z.number().default(0),
      replicas: z.number().default(0),
      updatedReplicas: z.number().default(0),
      readyReplicas: z.number().default(0),
      availableReplicas: z.number().default(0),
      conditions: z.array(condition).default([]),
    })
    .prefault({}),
});

const terminated = z.object({
  exitCode: z.number(),
  signal: z.number().optional(),
  reason: z.string().optional(),
  message: z.string().optional(),
  startedAt: z.string().nullish(),
  finishedAt: z.string().nullish(),
  containerID: z.string().optional(),
});

const containerState = z.object({
  waiting: z.object({ reason: z.string().optional(), message: z.string().optional() }).optional(),
  running: z.object({ startedAt: z.string().nullish() }).optional(),
  terminated: terminated.optional(),
});

const pod = z.object({
  metadata,
  spec: podSpec,
  status: z
    .object({
      phase: z.string().optional(),
      reason: z.string().optional(),
      message: z.string().optional(),
      conditions: z.array(condition).optional(),
      podIP: z.string().optional(),
      containerStatuses: z
        .array(
          z.object({
            name: z.string(),
            ready: z.boolean().optional(),
            restartCount: z.number().optional(),
            state: containerState.optional(),
            lastState: containerState.optional(),
          }),
        )
        .optional(),
    })
    .optional(),
});

const endpointSlice = z.object({
  metadata,
  endpoints: z
    .array(
      z.object({
        addresses: z.array(z.string()).optional(),
        conditions: z
          .object({
            ready: z.boolean().nullish(),
            serving: z.boolean().nullish(),
            terminating: z.boolean().nullish(),
          })
          .optional(),
        targetRef: z.object({ kind: z.string().optional(), name: z.string().optional() }).optional(),
      }),
    )
    .nullish(),
});

const coreEvent = z.object({
  metadata,
  involvedObject: z.object({ kind: z.string().optional(), name: z.string().optional() }),
  type: z.string().optional(),
  reason: z.string().optional(),
  message: z.string().optional(),
  count: z.number().nullish(),
});

const node = z.object({
  metadata,
  spec: z
    .object({
      unschedulable: z.boolean().default(false),
      taints: z.array(z.object({ key: z.string(), effect: z.string() })).default([]),
    })
    .prefault({}),
  status: z
    .object({
      addresses: z.array(z.object({ type: z.string(), address: z.string() })).default([]),
      conditions: z.array(condition).default([]),
    })
    .prefault({}),
});

/** A Deployment of `apps/v1`. */
export type DeploymentObject = z.infer<typeof deployment>;
/** A Pod. */
export type PodObject = z.infer<typeof pod>;
/** An EndpointSlice of `discovery.k8s.io/v1`. */
export type EndpointSliceObject = z.infer<typeof endpointSlice>;
/** A Node. */
export type NodeObject = z.infer<typeof node>;
/** An Event of the core API: what a controller or a kubelet tells. */
export type EventObject = z.infer<typeof coreEvent>;
/** How a container ended. */
export type TerminatedState = z.infer<typeof terminated>;
/** A probe of a container. */
export type ProbeObject = z.infer<typeof probe>;
/** What a preStop hook or a probe does. */
export type HandlerObject = z.infer<typeof handler>;

/** Read an object; `undefined` for what is none of its kind. */
export const readDeployment = readerOf(deployment);
export const readPod = readerOf(pod);
export const readEndpointSlice = readerOf(endpointSlice);
export const readNode = readerOf(node);
export const readEvent = readerOf(coreEvent);

/** With what lists and watches are kept by. */
function readerOf<Shape extends { readonly metadata: { readonly uid: string; readonly resourceVersion: string } }>(
  schema: z.ZodType<Shape>,
): (object: unknown) => (Shape & { readonly uid: string; readonly resourceVersion: string }) | undefined {
  return (object) => {
    const result = schema.safeParse(object);
    if (!result.success) return undefined;
    const { uid, resourceVersion } = result.data.metadata;
    return { ...result.data, uid, resourceVersion };
  };
}
