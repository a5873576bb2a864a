import { type Act } from './act.js';
import { type ChaosKind } from './chaos-kind.js';
import { type Limits } from './limits.js';
import { type LoadPlan } from '../load/load-plan.js';
import { type MessagePlan } from '../load/messages/message-plan.js';
import { type LagDraws } from '../random/random.js';
import { type Network } from '../network/network.js';

/**
 * Everything a rehearsal plays, complete and in milliseconds: what a user wrote, or what their manifests say, after defaults
 * and validation. The rest of the library sees only this.
 */
export interface Scenario {
  /** The same seed plays the same schedule: lags, phases of probes, arrivals, what is asked, and chaos. */
  readonly seed: number;
  /** Whether lags are drawn by the seed, or each is the longest of its distribution. */
  readonly lags: LagDraws;
  readonly margin: MarginRule;
  readonly limits: Limits;
  /** What runs in the pods that are there at the start. */
  readonly service: Service;
  /** What runs in the pods of the new revision; the same as `service` where only the revision changes. */
  readonly nextService: Service;
  /** What is done to the pods under load; nothing where another one of several workloads is meant. */
  readonly act: Act | 'none';
  /** Of a node that is taken away: how long before that it is known; no pod on it gets more than that. */
  readonly noticeMs?: number | undefined;
  readonly deployment: Deployment;
  readonly pod: PodSpec;
  readonly network: Network;
  readonly load: LoadPlan;
  /** Left out where the service gets none. */
  readonly messages?: MessagePlan;
  readonly chaos: readonly Chaos[];
  readonly timing: Timing;
  /** The cluster it was played on; left out where pods were processes of this machine. */
  readonly cluster?: RealCluster;
}

/** What a rehearsal on a real cluster was about. */
export interface RealCluster {
  readonly context: string;
  readonly namespace: string;
  readonly deployment: string;
  /** Where the clients connected, as in `http://orders.example`. */
  readonly address: string;
  /** What was changed, in words. */
  readonly change: string;
}

/** How to start the user's service. */
export interface Service {
  /** The program and its arguments, as a container's `command` and `args`; no shell is put in between. */
  readonly command: readonly [program: string, ...args: string[]];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** The variables that hold what is another in every pod. */
  readonly podFields?: Readonly<Record<string, PodField>>;
  /** The variables that carry a port, with the container port each stands for; every pod gets free ports in their place. */
  readonly ports: readonly ServicePort[];
  /** Where each pod has a network of its own; left out where all share that of this machine. */
  readonly ownNetwork?: OwnNetwork;
}

/** What is known of networks that pods have of their own. */
export interface OwnNetwork {
  /** Why pods have them, in a sentence's second half. */
  readonly reason: string;
  /** Ports that lead out of it, beside those that are known by themselves. */
  readonly outbound: readonly number[];
  /** Container ports that probes and hooks ask, and which no variable says. */
  readonly asked: readonly number[];
}

/** What a `fieldRef` may name that every pod has a value of its own for. */
export type PodField = 'metadata.name' | 'metadata.uid';

/** One port of a container. In a cluster each pod has its own address; here each has its own ports. */
export interface ServicePort {
  /** As in `http`; probes may name it. */
  readonly name: string;
  /** The number inside the container, as manifests write it. */
  readonly containerPort: number;
  /** The environment variable that tells the service where to listen, as in `PORT`. */
  readonly variable: string;
  /** Whether the clients' requests go there. */
  readonly isTraffic: boolean;
}

/** The Deployment's own numbers; percentages have been resolved. */
export interface Deployment {
  readonly strategy: 'RollingUpdate' | 'Recreate';
  readonly replicas: number;
  readonly maxSurge: number;
  readonly maxUnavailable: number;
  readonly minReadyMs: number;
  readonly progressDeadlineMs: number;
  /** Where it is a StatefulSet. */
  readonly statefulSet?: StatefulSet | undefined;
  /** Where it is a Rollout of Argo that is not updated in one go. */
  readonly argoRollout?: ArgoRollout | undefined;
}

/** How a Rollout of Argo is updated. */
export type ArgoRollout =
  /** A share of the pods after the other; the share of requests is that of the pods. */
  | { readonly kind: 'canary'; readonly steps: readonly CanaryStep[] }
  /** All new pods, then the Service selects them, and the old ones stay for a while. */
  | { readonly kind: 'blue-green'; readonly promotionMs: number; readonly scaleDownDelayMs: number };

/** A share of pods in percent, or a wait. */
export type CanaryStep =
  | { readonly kind: 'set-weight'; readonly weight: number }
  | { readonly kind: 'pause'; readonly ms: number };

/** What a StatefulSet has in place of a strategy. */
export interface StatefulSet {
  /** Its pods are `<name>-0` and so on. */
  readonly name: string;
  readonly podManagement: 'OrderedReady' | 'Parallel';
  /** Pods with a lower ordinal are not updated. */
  readonly partition: number;
  readonly maxUnavailable: number;
}

/** What the kubelet knows of a pod. */
export interface PodSpec {
  /** `terminationGracePeriodSeconds`. */
  readonly gracePeriodMs: number;
  readonly preStop: PreStop | undefined;
  readonly startupProbe: Probe | undefined;
  readonly readinessProbe: Probe | undefined;
  readonly livenessProbe: Probe | undefined;
  /** Whether the service runs as pid 1 of its own pid namespace, as in a container. Linux only; elsewhere it is left out and said. */
  readonly isPid1: boolean;
}

/** What runs before SIGTERM. */
export type PreStop =
  | { readonly kind: 'sleep'; readonly ms: number }
  | { readonly kind: 'exec'; readonly command: readonly [program: string, ...args: string[]] }
  | { readonly kind: 'http-get'; readonly path: string; readonly containerPort: number };

/** A probe with Kubernetes' defaults filled in. */
export interface Probe {
  readonly action:
    | {
        readonly kind: 'http-get';
        readonly path: string;
        readonly containerPort: number;
        readonly headers: Readonly<Record<string, string>>;
      }
    | { readonly kind: 'tcp-socket'; readonly containerPort: number }
    /** The health service of gRPC; the empty name asks about the whole server. */
    | { readonly kind: 'grpc'; readonly containerPort: number; readonly service: string }
    | { readonly kind: 'exec'; readonly command: readonly [program: string, ...args: string[]] };
  readonly initialDelayMs: number;
  readonly periodMs: number;
  readonly timeoutMs: number;
  readonly successThreshold: number;
  readonly failureThreshold: number;
}

/** What is done with a margin that is too small: it is told, or it fails the rehearsal. */
export type MarginRule = 'warn' | 'fail';

/** How the run itself goes. */
export interface Timing {
  /** Load on the old pods, before the update begins. */
  readonly warmUpMs: number;
  /** Load after the last old pod has gone. */
  readonly coolDownMs: number;
  /** A client gives up on a request after this. */
  readonly requestTimeoutMs: number;
  /** The whole rehearsal ends after this, whatever hangs. */
  readonly deadlineMs: number;
}

/** Something that goes wrong on request. */
export interface Chaos {
  readonly kind: ChaosKind;
  /** From the beginning of the update; `undefined`: the seed decides. */
  readonly atMs: number | undefined;
  /** How long it lasts, for those that end; `undefined`: the seed decides. */
  readonly forMs: number | undefined;
  /** Of `dependency-away`: the variable that holds its address. */
  readonly variable: string | undefined;
}
