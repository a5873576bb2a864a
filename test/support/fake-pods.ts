import { elapsed } from '../../libs/rollout/src/clock/clock.js';
import { type ProbeAnswer, type Prober, type ProbeTarget } from '../../libs/rollout/src/kubelet/prober.js';
import { type PodPort } from '../../libs/rollout/src/pods/free-ports.js';
import {
  type ContainerOrder,
  type ExecResult,
  type PodExit,
  type PodProcess,
  type PodRuntime,
} from '../../libs/rollout/src/pods/pod-process.js';
import { type PodSpec, type Probe, type Scenario, type Service } from '../../libs/rollout/src/scenario/scenario.js';
import { type ManualClock } from './manual-clock.js';

/** A container that exists only on a manual clock. By default it ends a second after SIGTERM, with 0. */
export class FakeProcess implements PodProcess {
  readonly exit: Promise<PodExit>;
  readonly signals: NodeJS.Signals[] = [];
  readonly commands: string[] = [];
  hasExited = false;
  isListening = true;
  /** Ports of the machine that it is seen to listen on; `undefined`: a machine that does not show it. */
  listeningPorts: readonly number[] | undefined;
  /** How often the cluster has looked where it listens. */
  looks = 0;
  /** Whether it has a handler of SIGTERM; `undefined`: a machine that does not show it. */
  hasHandler: boolean | undefined;
  /** What its probes are told; `hang` is no answer at all. */
  answers: Record<string, boolean | 'hang'> = {};
  /** `undefined`: SIGTERM changes nothing. */
  stopsAfterMs: number | undefined = 1000;
  /** How long a command runs; it is ended by its signal. */
  execMs = 0;
  #cancelStop: () => void = () => undefined;
  readonly #end: (exit: PodExit) => void;

  constructor(
    readonly pid: number,
    readonly order: ContainerOrder,
    private readonly clock: ManualClock,
  ) {
    const { promise, resolve } = withResolvers<PodExit>();
    this.exit = promise;
    this.#end = resolve;
  }

  end(code: number, signal: NodeJS.Signals | null = null): void {
    this.#cancelStop();
    this.hasExited = true;
    this.isListening = false;
    this.#end({ code, signal });
  }

  signal(signal: NodeJS.Signals): void {
    this.signals.push(signal);
    if (signal !== 'SIGTERM' || this.stopsAfterMs === undefined) return;
    this.#cancelStop = this.clock.after(this.stopsAfterMs, () => this.end(0));
  }

  catches(): boolean | undefined {
    return this.hasHandler;
  }

  isAtRest(): boolean | undefined {
    return undefined;
  }

  listening(): readonly number[] | undefined {
    this.looks += 1;
    return this.listeningPorts;
  }

  kill(): void {
    this.signals.push('SIGKILL');
    this.end(137, 'SIGKILL');
  }

  exec(command: readonly string[], signal: AbortSignal): Promise<ExecResult> {
    this.commands.push(command.join(' '));
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve({ code: null, detail: 'ended' }));
      this.clock.after(this.execMs, () => resolve({ code: 0, detail: 'exit code 0' }));
    });
  }
}

/** Starts fake containers, and asks them. */
export class FakePods implements PodRuntime, Prober {
  readonly started: FakeProcess[] = [];
  /** Called with each new container, before anything else happens to it. */
  prepare: (process: FakeProcess) => void = () => undefined;
  startError: Error | undefined;
  /** How long a container takes to start. */
  startMs = 0;
  readonly called: string[] = [];
  #port = 20_000;

  constructor(private readonly clock: ManualClock) {}

  /** The newest container of a pod. */
  of(pod: string): FakeProcess {
    const found = this.started.findLast(({ order }) => order.pod === pod);
    if (found === undefined) throw new Error(`${pod} has not been started`);
    return found;
  }

  ports(service: Service): Promise<readonly PodPort[]> {
    const reserved = service.ports.map((declared) => {
      const port = (this.#port += 1);
      return { ...declared, port, inside: port };
    });
    return Promise.resolve(reserved);
  }

  async start(order: ContainerOrder): Promise<PodProcess> {
    if (this.startError !== undefined) throw this.startError;
    if (this.startMs > 0) await elapsed(this.clock, this.startMs);
    const process = new FakeProcess(this.started.length + 1, order, this.clock);
    this.started.push(process);
    this.prepare(process);
    return process;
  }

  ask(action: Probe['action'], { process }: ProbeTarget): Promise<ProbeAnswer> {
    const fake = this.started.find(({ pid }) => pid === process.pid);
    const path = action.kind === 'http-get' ? action.path : action.kind;
    const answer = fake?.hasExited === true ? false : (fake?.answers[path] ?? true);
    if (answer === 'hang') return new Promise(() => undefined);
    return Promise.resolve({ isSuccess: answer, detail: answer ? '200 OK' : '503 Service Unavailable' });
  }

  call({ path }: { path: string }): Promise<ProbeAnswer> {
    this.called.push(path);
    return Promise.resolve({ isSuccess: true, detail: '200 OK' });
  }

  knock(port: number): Promise<'accepted' | 'refused'> {
    const process = this.started.findLast(({ order }) => order.ports.some((own) => own.port === port));
    return Promise.resolve(process?.isListening === true ? 'accepted' : 'refused');
  }
}

/** An http probe with the period of a second and the thresholds of Kubernetes, unless told otherwise. */
export function fakeProbe(path: string, changes: Partial<Probe> = {}): Probe {
  return {
    action: { kind: 'http-get', path, containerPort: 3000, headers: {} },
    initialDelayMs: 0,
    periodMs: 1000,
    timeoutMs: 1000,
    successThreshold: 1,
    failureThreshold: 3,
    ...changes,
  };
}

/** A pod with readiness and liveness probes, 30 s of grace and no preStop, unless told otherwise. */
export function fakePodSpec(changes: Partial<PodSpec> = {}): PodSpec {
  return {
    gracePeriodMs: 30_000,
    preStop: undefined,
    startupProbe: undefined,
    readinessProbe: fakeProbe('/ready'),
    livenessProbe: fakeProbe('/live'),
    isPid1: false,
    ...changes,
  };
}

/** A service with one port for its traffic. */
export const fakeService: Service = {
  command: ['service'],
  cwd: '/',
  env: {},
  ports: [{ name: 'http', containerPort: 3000, variable: 'PORT', isTraffic: true }],
};

/** Three replicas, one more at a time, on two nodes that know everything at once, and no load. */
export function fakeScenario(changes: Partial<Scenario> = {}): Scenario {
  return {
    lags: 'drawn',
    margin: 'warn',
    limits: { p99: undefined, errors: undefined },
    seed: 1,
    service: fakeService,
    nextService: fakeService,
    act: 'update',
    deployment: {
      strategy: 'RollingUpdate',
      replicas: 3,
      maxSurge: 1,
      maxUnavailable: 0,
      minReadyMs: 0,
      progressDeadlineMs: 600_000,
    },
    pod: fakePodSpec(),
    network: {
      balancer: 'connection',
      nodes: 2,
      endpointLag: { min: 0, median: 0, p99: 0, max: 0 },
      idleTimeoutMs: 60_000,
      retries: 0,
      refusedForMs: 1000,
    },
    load: { kinds: [], openPerSecond: 0, closedClients: 0, keepAliveShare: 0, keepAliveConnections: 0 },
    chaos: [],
    timing: { warmUpMs: 0, coolDownMs: 0, requestTimeoutMs: 10_000, deadlineMs: 600_000 },
    ...changes,
  };
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
