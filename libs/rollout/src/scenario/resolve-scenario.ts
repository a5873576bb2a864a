import { randomInt } from 'node:crypto';
import { type LoadPlan, type RequestKind } from '../load/load-plan.js';
import { type Network } from '../network/network.js';
import { InvalidScenarioError } from './invalid-scenario-error.js';
import { toRequestKind } from '../load/request-kind.js';
import { conflictsOf } from './conflicts.js';
import { optionsSchema, type ReadOptions, type WrittenProbe } from './option-schema.js';
import { type RehearsalOptions } from './rehearsal-options.js';
import { choosePodNetwork } from './pod-network.js';
import { resolveProbe } from './resolve-probe.js';
import { problemsOf } from '../schema/schema-problems.js';
import { trafficPort } from './traffic-port.js';
import {
  type ArgoRollout,
  type Deployment,
  type OwnNetwork,
  type PodSpec,
  type PreStop,
  type Probe,
  type Scenario,
  type Service,
  type ServicePort,
  type StatefulSet,
} from './scenario.js';

/**
 * What a user wrote as a complete scenario. Probes that are not written are missing in it; see `discovery/`.
 *
 * @throws InvalidScenarioError listing every problem
 */
export function resolveScenario(options: RehearsalOptions): Scenario {
  const read = optionsSchema.safeParse(options);
  if (!read.success) {
    const refused = problemsOf(read.error.issues);
    throw new InvalidScenarioError(refused.map(({ at, message }) => ({ option: at, message })));
  }
  const { own, problems: ofNetwork } = choosePodNetwork(read.data);
  const problems = [...conflictsOf(read.data), ...ofNetwork];
  if (problems.length > 0) throw new InvalidScenarioError(problems);
  return toScenario(read.data, own);
}

function toScenario(options: ReadOptions, ownNetwork: OwnNetwork | undefined): Scenario {
  const ports = toPorts(options);
  const [first] = ports;
  const probed = trafficPort(ports) ?? first;
  if (probed === undefined) throw new Error('a service has at least one port');
  const noticeMs = options.act === 'spot' ? (options.notice ?? NOTICE_MS) : undefined;
  const service: Service = {
    command: options.command,
    cwd: options.cwd,
    env: { NODE_ENV: 'production', ...options.env },
    podFields: options.podFields,
    ports,
    ...(ownNetwork !== undefined && { ownNetwork }),
  };
  return {
    seed: options.seed ?? randomInt(0, 2 ** 31),
    lags: options.lags,
    margin: options.margin,
    limits: { p99: options.maxP99, errors: options.maxErrors },
    service,
    nextService: { ...service, command: options.nextCommand ?? options.command },
    act: options.act,
    ...(noticeMs !== undefined && { noticeMs }),
    deployment: toDeployment(options),
    pod: within(noticeMs, toPod(options, probed.containerPort)),
    network: toNetwork(options),
    load: toLoad(options),
    ...toMessages(options),
    chaos: options.chaos.map((one) => ({ kind: one.kind, atMs: one.at, forMs: one.for, variable: one.variable })),
    timing: {
      warmUpMs: options.warmUp,
      coolDownMs: options.coolDown,
      requestTimeoutMs: options.requestTimeout,
      deadlineMs: options.deadline,
    },
  };
}

/** What AWS gives; Google Cloud and Azure give 30 s. */
const NOTICE_MS = 120_000;

/** Whatever its grace period, a pod ends with its node. */
function within(noticeMs: number | undefined, pod: PodSpec): PodSpec {
  return { ...pod, gracePeriodMs: Math.min(pod.gracePeriodMs, noticeMs ?? Infinity) };
}

/** One of them is the port that clients connect to: the one that says so, or else the first; none of a worker, which has ports for its probes. */
function toPorts(options: ReadOptions): ServicePort[] {
  const { ports } = options;
  const isWorker = takesNoRequests(options);
  const hasTraffic = ports.some(({ isTraffic }) => isTraffic === true);
  return ports.map((port, index) => ({
    name: port.name,
    containerPort: port.containerPort,
    variable: port.variable,
    isTraffic: isWorker ? false : hasTraffic ? port.isTraffic === true : index === 0,
  }));
}

function toPod(options: ReadOptions, containerPort: number): PodSpec {
  const probe = (written: WrittenProbe | undefined): Probe | undefined => resolveProbe(written, containerPort);
  return {
    gracePeriodMs: options.gracePeriod,
    preStop: toPreStop(options.preStop, containerPort),
    startupProbe: probe(options.startup),
    readinessProbe: probe(options.readiness),
    livenessProbe: probe(options.liveness),
    isPid1: options.pid1,
  };
}

function toPreStop(written: ReadOptions['preStop'], containerPort: number): PreStop | undefined {
  if (written === undefined || written === 0) return undefined;
  if (typeof written === 'number') return { kind: 'sleep', ms: written };
  if ('exec' in written) return { kind: 'exec', command: written.exec };
  return { kind: 'http-get', path: written.httpGet, containerPort: written.port ?? containerPort };
}

/** As the Deployment controller rounds: the surge up, what may be missing down, and never both to nothing. */
function toDeployment(options: ReadOptions): Deployment {
  const { replicas } = options;
  const { maxSurge: surge, maxUnavailable: unavailable } = options;
  const maxSurge = 'pods' in surge ? surge.pods : Math.ceil((replicas * surge.percent) / 100);
  const rounded = 'pods' in unavailable ? unavailable.pods : Math.floor((replicas * unavailable.percent) / 100);
  return {
    strategy: options.strategy,
    replicas,
    maxSurge,
    maxUnavailable: maxSurge === 0 && rounded === 0 ? 1 : rounded,
    minReadyMs: options.minReady,
    progressDeadlineMs: options.progressDeadline,
    ...(options.statefulSet !== undefined && { statefulSet: toStatefulSet(options.statefulSet, replicas) }),
    ...(options.argoRollout !== undefined && { argoRollout: toArgoRollout(options.argoRollout) }),
  };
}

function toArgoRollout({ steps = [], blueGreen }: NonNullable<ReadOptions['argoRollout']>): ArgoRollout {
  if (blueGreen !== undefined) {
    return { kind: 'blue-green', promotionMs: blueGreen.promotion, scaleDownDelayMs: blueGreen.scaleDownDelay };
  }
  return {
    kind: 'canary',
    steps: steps.map((step) =>
      'pause' in step ? { kind: 'pause', ms: step.pause } : { kind: 'set-weight', weight: step.setWeight },
    ),
  };
}

/** At least one pod may be away: otherwise nothing could be updated. */
function toStatefulSet(
  { maxUnavailable: unavailable, ...set }: NonNullable<ReadOptions['statefulSet']>,
  replicas: number,
): StatefulSet {
  const rounded = 'pods' in unavailable ? unavailable.pods : Math.floor((replicas * unavailable.percent) / 100);
  return { ...set, maxUnavailable: Math.max(1, rounded) };
}

function toNetwork(options: ReadOptions): Network {
  return {
    balancer: options.balancer,
    nodes: options.nodes,
    endpointLag: options.endpointLag,
    idleTimeoutMs: options.idleTimeout,
    retries: options.retries,
    refusedForMs: options.refusedFor,
  };
}

const NO_LOAD: LoadPlan = { kinds: [], openPerSecond: 0, closedClients: 0, keepAliveShare: 0, keepAliveConnections: 1 };

function grpcOf(kinds: readonly RequestKind[], { grpcProto, cwd }: ReadOptions): Pick<LoadPlan, 'grpc'> {
  if (!kinds.some(({ transport }) => transport === 'grpc')) return {};
  return { grpc: { protos: typeof grpcProto === 'string' ? [grpcProto] : grpcProto, folder: cwd } };
}

function toLoad(options: ReadOptions): LoadPlan {
  if (takesNoRequests(options)) return NO_LOAD;
  const kinds = options.requests ?? [toRequestKind({ path: '/' })];
  return {
    kinds,
    ...grpcOf(kinds, options),
    ...(options.login !== undefined && { login: options.login }),
    openPerSecond: options.rate,
    closedClients: options.clients,
    keepAliveShare: options.keepAliveShare,
    keepAliveConnections: options.keepAliveConnections,
  };
}

/** A consumer of messages gets no requests, unless the options name some. */
function takesNoRequests({ isWorker, requests, messages, jobs }: ReadOptions): boolean {
  return isWorker || (requests === undefined && (messages ?? jobs) !== undefined);
}

function toMessages({ messages, jobs }: ReadOptions): Pick<Scenario, 'messages'> {
  const plan = messages ?? jobs;
  return plan === undefined ? {} : { messages: plan };
}
