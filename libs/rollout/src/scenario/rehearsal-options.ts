import { type WrittenRequest } from '../load/written-request.js';
import { type Act } from './act.js';
import { type ChaosKind } from './chaos-kind.js';
import { type JobOptions, type MessageOptions } from './message-options.js';
import { type PodField } from './scenario.js';

/** A length of time: `'250ms'`, `'5s'`, `'2m'`, or a number of milliseconds. */
export type Duration = number | string;

/** A command: in one line, split at spaces outside quotes and run without a shell; or its words. */
export type Command = string | readonly string[];

/** What a user may write. Everything but the command has a default that fits most services on Kubernetes. */
export interface RehearsalOptions {
  /** What a pod runs, as `node dist/main.js`. */
  readonly command: Command;
  /** What pods of the new revision run; the same command when left out. */
  readonly nextCommand?: Command;
  /** Where it runs. Default: the current folder. */
  readonly cwd?: string;
  /** Variables of the service, beside those of this process. `NODE_ENV` is `production` unless it is set here. */
  readonly env?: Readonly<Record<string, string>>;
  /** Variables that hold what is another in every pod: its name, or its uid. */
  readonly podFields?: Readonly<Record<string, PodField>>;
  /**
   * Whether it takes no requests, as what only works on jobs or messages: it is ready when its probe says so, or when it runs, and how its pods end is judged.
   * Default `false`.
   */
  readonly isWorker?: boolean;
  /** The ports of a container. Default: one, 3000, that the service reads from `PORT`. */
  readonly ports?: readonly PortOptions[];

  /** What is done to the pods under load. Default `update`, a rolling update. */
  readonly act?: Act;
  /** Of the act `spot`: how long before a node is taken away that is known, `30s` or `2m` at most providers. Default `2m`. */
  readonly notice?: Duration;
  /** Default 3. */
  readonly replicas?: number;
  /** Default `RollingUpdate`. */
  readonly strategy?: 'RollingUpdate' | 'Recreate';
  /** A number of pods, or a percentage, rounded up. Default `25%`. */
  readonly maxSurge?: number | string;
  /** A number of pods, or a percentage, rounded down. Default `25%`. */
  readonly maxUnavailable?: number | string;
  /** Default 0. */
  readonly minReady?: Duration;
  /** Default `10m`, as in Kubernetes. */
  readonly progressDeadline?: Duration;

  /** Where it is a StatefulSet; `maxSurge`, `maxUnavailable` and `strategy` are those of a Deployment. Default: it is a Deployment. */
  readonly statefulSet?: StatefulSetOptions;
  /** Where it is a Rollout of Argo that is updated in steps, or by a switch from blue to green. Default: it is a Deployment. */
  readonly argoRollout?: ArgoRolloutOptions;

  /** `terminationGracePeriodSeconds`. Default `30s`. */
  readonly gracePeriod?: Duration;
  /**
   * A length of time to sleep, or what to run or ask. The port is a container's; default: that of the traffic. A port of loopback in a command, as in `curl localhost:3000/drain`,
   * becomes the pod's own. Default: none.
   */
  readonly preStop?: Duration | { readonly exec: Command } | { readonly httpGet: string; readonly port?: number };
  /** A path, or more. Default: looked for among the usual paths; `false`: none. */
  readonly readiness?: string | ProbeOptions | false;
  /** As `readiness`. */
  readonly liveness?: string | ProbeOptions | false;
  /** Default: none. */
  readonly startup?: string | ProbeOptions | false;
  /** Whether the service is pid 1, as in a container. Default: where the machine allows it. */
  readonly pid1?: boolean;
  /**
   * Whether each pod has a network of its own, with its own loopback and its own ports, as in a cluster. That takes Linux. `auto`: where a probe or a hook names a
   * port that could be another program's here, and where the service listens on a port of its own choice: nothing that is played in the shared network. Default `auto`.
   */
  readonly podNetwork?: 'auto' | 'own' | 'shared';
  /**
   * Ports that lead out of such a network to where the service calls, as `5432` or `localhost:5432`, beside those in its variables, those of usual servers, and
   * those that something listens on here. Default: none.
   */
  readonly outbound?: readonly (number | string)[];

  /** Who stands in front: `connection`, as kube-proxy, or `request`, as an ingress. Default `connection`. */
  readonly balancer?: 'connection' | 'request';
  /** How many nodes, or instances of the balancer, learn of endpoints by themselves. Default 3. */
  readonly nodes?: number;
  /** How late they learn: a model by its name, one length of time, or a distribution. Default `cluster-ip`. */
  readonly endpointLag?: string | number | LagOptions | MeasuredLagOptions;
  /** After how long a balancer of requests closes an idle connection. Default `60s`. */
  readonly idleTimeout?: Duration;
  /** How often a balancer of requests tries again elsewhere. Default 0. */
  readonly retries?: number;
  /** How long the address of a pod that has gone refuses before it becomes a black hole. Default `200ms`, as measured. */
  readonly refusedFor?: Duration;

  /** What is asked, in one line each, as `POST /orders {"sku":1} x3` (see `parseRequest`), or by its fields. Default: `GET /`. */
  readonly requests?: readonly (string | WrittenRequest)[];
  /**
   * Asked once, before the load, for the token that `{token}` in headers, paths and bodies stands for: in one line, or by its fields with
   * `token`, the place of the token in the JSON of the answer, as in `data.token`. Default for `token`: `access_token`, `token` and the like.
   */
  readonly login?: string | (WrittenRequest & { readonly token?: string | undefined });
  /**
   * Proto files of the calls of gRPC among the requests, relative to `cwd`. They are read with `@grpc/proto-loader`, which the project has to have. Default: none, the
   * running service is asked (server reflection).
   */
  readonly grpcProto?: string | readonly string[];
  /** Requests a second that do not wait for answers. Default 40. */
  readonly rate?: number;
  /** Clients that ask again when they have been answered. Default 4. */
  readonly clients?: number;
  /** The share of the rate that goes over kept-alive connections. Default 0.5. */
  readonly keepAliveShare?: number;
  /** How many of those connections there are. Default 8. */
  readonly keepAliveConnections?: number;

  /** Numbered messages for a service that consumes them. Without `requests` it is played as a worker. Default: none. */
  readonly messages?: MessageOptions;
  /** Numbered jobs of BullMQ, in the place of messages. Default: none. */
  readonly jobs?: JobOptions;

  /** What goes wrong on purpose. */
  readonly chaos?: readonly (ChaosKind | ChaosOptions)[];
  /** Plays the same schedule again. Default: a new one, which is printed. */
  readonly seed?: number;
  /**
   * Whether lags are drawn by the seed, or each is the longest of its distribution: `worst` plays what one run in a thousand would draw.
   * Default `drawn`.
   */
  readonly lags?: 'drawn' | 'worst';
  /** Whether a margin that is too small is only told, or fails the rehearsal. Default `warn`. */
  readonly margin?: 'warn' | 'fail';
  /**
   * How slow the 99th percentile of the answers in the window of the rollout may be: a time as `'500ms'`, or `'2x'`, twice that of before the update.
   * Default: no limit.
   */
  readonly maxP99?: Duration;
  /**
   * The error budget: how many requests in the window of the rollout may be lost, as `3`, or as a share, `'0.1%'`. What is lost within it is
   * told and fails nothing. Default: none, every loss fails the rehearsal.
   */
  readonly maxErrors?: number | string;
  /** Load before the update. Default `2s`. */
  readonly warmUp?: Duration;
  /** Load after it. Default `1s`. */
  readonly coolDown?: Duration;
  /** When a client gives up. Default `10s`. */
  readonly requestTimeout?: Duration;
  /** When the whole rehearsal gives up. Default `10m`. */
  readonly deadline?: Duration;
}

/** How a StatefulSet is updated: the highest ordinal first, and each pod is replaced only after it has gone. */
export interface StatefulSetOptions {
  /** Its pods are `<name>-0` and so on. Default `pod`. */
  readonly name?: string;
  /** Default `OrderedReady`. */
  readonly podManagement?: 'OrderedReady' | 'Parallel';
  /** Pods with a lower ordinal are not updated. Default 0. */
  readonly partition?: number;
  /** A number of pods, or a percentage, rounded down. Default 1. */
  readonly maxUnavailable?: number | string;
}

/** How a Rollout of Argo is updated: a canary has `steps`, one after the other, and without `maxSurge` and `maxUnavailable` a quarter of each. */
export interface ArgoRolloutOptions {
  /** The share of new pods in percent, or how long the rollout waits. Requests are shared out as the pods are. */
  readonly steps?: readonly ({ readonly setWeight: number } | { readonly pause: Duration })[];
  /** All new pods are started, the Service is switched to them, and the old ones stop later. */
  readonly blueGreen?: {
    /** From the moment when all new pods are available to the switch. Default 0. */
    readonly promotion?: Duration;
    /** From the switch to the stop of the old pods. Default `30s`, as in Argo. */
    readonly scaleDownDelay?: Duration;
  };
}

/** One port of a container. */
export interface PortOptions {
  /** Default `http`. */
  readonly name?: string;
  readonly containerPort: number;
  /** The variable that tells the service where to listen. Default `PORT`. */
  readonly variable?: string;
  /** Whether clients connect to it. Default: the first one. */
  readonly isTraffic?: boolean;
}

/** A probe; what is left out has Kubernetes' own default. */
export interface ProbeOptions {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Connects, and asks nothing. */
  readonly tcp?: boolean;
  /** Asks the health service of gRPC: about the whole server, or the service of that name. */
  readonly grpc?: boolean | string;
  readonly exec?: Command;
  /** The container's port. Default: that of the traffic. */
  readonly port?: number;
  /** Default 0. */
  readonly initialDelay?: Duration;
  /** Default `10s`; `1s` where the path was found and not written. */
  readonly period?: Duration;
  /** Default `1s`. */
  readonly timeout?: Duration;
  /** Default 1. */
  readonly successThreshold?: number;
  /** Default 3. */
  readonly failureThreshold?: number;
}

/** A delay, drawn anew each time; lognormal within its bounds. */
export interface LagOptions {
  readonly min?: Duration;
  readonly median: Duration;
  readonly p99?: Duration;
  readonly max?: Duration;
}

/** A delay, drawn anew each time, as it was measured. */
export interface MeasuredLagOptions {
  /** No delay is shorter. Default 0. */
  readonly min?: Duration;
  /** `share` of all delays, from 0 to 1, is no longer than `ms` milliseconds. Neither may fall, and the last share is 1. */
  readonly steps: readonly { readonly share: number; readonly ms: number }[];
}

/** One thing that goes wrong. */
export interface ChaosOptions {
  readonly kind: ChaosKind;
  /** From the beginning of the update. Default: the seed decides. */
  readonly at?: Duration;
  /** How long it lasts, for those that end. */
  readonly for?: Duration;
  /** Only for `dependency-away`: the variable that holds its address. */
  readonly variable?: string;
}
