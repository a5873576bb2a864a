import { type RolloutEvent, type RolloutFact } from '../../libs/rollout/src/events/rollout-event.js';
import { type MessageFacts } from '../../libs/rollout/src/ledger/message-record.js';
import { type Attempt, type RequestRecord } from '../../libs/rollout/src/ledger/request-record.js';
import { type PodSpec, type Probe, type Scenario } from '../../libs/rollout/src/scenario/scenario.js';
import { judge } from '../../libs/rollout/src/verdict/judge.js';
import { type Fault, type Rehearsal, type Verdict } from '../../libs/rollout/src/verdict/verdict.js';

/** What a made-up request may say, beside what follows from it. */
export type MadeUpRequest = Partial<Omit<RequestRecord, 'attempts'>> & {
  readonly sentAt: number;
  readonly pod?: string;
  readonly attempts?: readonly (Partial<Attempt> & { readonly pod: string })[];
  readonly connect?: Attempt['connect'];
  /** When its connection was opened; left out: for this request. */
  readonly connectedAt?: number;
};

/** Parts of a scenario that a test is about. */
export interface MadeUpScenario {
  readonly command?: Scenario['service']['command'];
  readonly pod?: Partial<PodSpec>;
  readonly deployment?: Partial<Scenario['deployment']>;
  readonly network?: Partial<Scenario['network']>;
  readonly chaos?: Scenario['chaos'];
  readonly margin?: Scenario['margin'];
  readonly limits?: Scenario['limits'];
  readonly messages?: Scenario['messages'];
}

/** Asks a path every second. */
export function probe(path: string): Probe {
  const action = { kind: 'http-get', path, containerPort: 3000, headers: {} } as const;
  return { action, initialDelayMs: 0, periodMs: 1000, timeoutMs: 1000, successThreshold: 1, failureThreshold: 3 };
}

/** A complete scenario. */
export function scenarioOf({
  command,
  pod,
  deployment,
  network,
  chaos,
  margin = 'warn',
  limits = { p99: undefined, errors: undefined },
  messages,
}: MadeUpScenario = {}): Scenario {
  const ports = [{ name: 'http', containerPort: 3000, variable: 'PORT', isTraffic: true }];
  const service = { command: command ?? (['node', 'main.js'] as const), cwd: '/srv', env: {}, ports };
  const lag = { min: 100, median: 300, p99: 900, max: 1000 };
  return {
    seed: 7,
    lags: 'drawn',
    margin,
    limits,
    service,
    nextService: service,
    act: 'update',
    deployment: {
      ...{ strategy: 'RollingUpdate', replicas: 2, maxSurge: 1, maxUnavailable: 0 },
      ...{ minReadyMs: 0, progressDeadlineMs: 60_000, ...deployment },
    },
    pod: {
      ...{ gracePeriodMs: 30_000, preStop: undefined, startupProbe: undefined, isPid1: true },
      ...{ readinessProbe: probe('/health/ready'), livenessProbe: probe('/health/live'), ...pod },
    },
    network: {
      ...{ balancer: 'connection', nodes: 2, endpointLag: lag },
      ...{ idleTimeoutMs: 60_000, retries: 0, refusedForMs: 1000, ...network },
    },
    load: { kinds: [], openPerSecond: 50, closedClients: 4, keepAliveShare: 0.5, keepAliveConnections: 8 },
    ...(messages !== undefined && { messages }),
    chaos: chaos ?? [],
    timing: { warmUpMs: 1000, coolDownMs: 1000, requestTimeoutMs: 5000, deadlineMs: 120_000 },
  };
}

function attemptOf(
  said: Partial<Attempt> & { readonly pod: string },
  { at, connect }: { readonly at: number; readonly connect: Attempt['connect'] },
): Attempt {
  return { at, connect, connectedAt: undefined, wasDelivered: connect === 'open', ...said };
}

/**
 * A rollout that never was: pod `old` is replaced by `new`, with `other` beside them. `old` gets SIGTERM at 10 000, both nodes have
 * learned at 11 000. Without more it loses nothing.
 */
export class MadeUpRollout {
  readonly events: RolloutEvent[] = [];
  readonly records: RequestRecord[] = [];
  /** Where its scenario has messages. */
  messages: MessageFacts | undefined;
  readonly scenario: Scenario;

  constructor(scenario: MadeUpScenario = {}) {
    this.scenario = scenarioOf(scenario);
    for (const [node, name] of ['old', 'other'].entries()) this.pod(name, { node, revision: 1, at: 0 });
    this.happen(5000, { type: 'update-started', revision: 2 });
    this.pod('new', { node: 0, revision: 2, at: 5000 });
    this.happen(7100, { type: 'endpoints-changed', ready: ['old', 'other', 'new'], terminating: [] });
    this.learn(7200, ['old', 'other', 'new']);
    this.happen(9900, { type: 'pod-deleted', pod: 'old', reason: 'scaled down' });
    this.happen(9950, { type: 'endpoints-changed', ready: ['other', 'new'], terminating: ['old'] });
    this.happen(10_000, { type: 'signal-sent', pod: 'old', signal: 'SIGTERM', remainingMs: 30_000 });
    this.learn(11_000, ['other', 'new']);
    this.happen(50_000, { type: 'update-ended', result: 'complete' });
    this.request({ sentAt: 7300, pod: 'new' });
    this.request({ sentAt: 1000, pod: 'other' });
  }

  /** One fact. */
  happen(at: number, fact: RolloutFact): this {
    this.events.push({ at, ...fact });
    this.events.sort((a, b) => a.at - b.at);
    return this;
  }

  /** Leaves out the facts of one type. */
  without(type: RolloutFact['type']): this {
    this.events.splice(0, this.events.length, ...this.events.filter((event) => event.type !== type));
    return this;
  }

  /** The end of the old pod. */
  exit(at: number, how: Partial<Extract<RolloutFact, { type: 'container-exited' }>> = {}): this {
    return this.happen(at, {
      ...{ type: 'container-exited', pod: 'old', code: 0, signal: null, isKilledByKubelet: false },
      ...how,
    });
  }

  /** Killed when its grace was over. */
  killed(how: Partial<Extract<RolloutFact, { type: 'container-exited' }>> = {}): this {
    return this.exit(40_000, { code: 137, signal: 'SIGKILL', isKilledByKubelet: true, ...how });
  }

  /** One request, answered within 20 ms if nothing else is said. */
  request({ pod, attempts, connect = 'open', connectedAt, ...said }: MadeUpRequest): this {
    const own = pod === undefined ? [] : [{ pod, connect, connectedAt: connectedAt ?? said.sentAt }];
    this.records.push({
      ...{ id: this.records.length + 1, kind: 'GET /', method: 'GET', path: '/', client: 'keep-alive' },
      ...{ answeredAt: undefined, endedAt: said.sentAt + 20, fate: 'answered', status: undefined, detail: undefined },
      isReused: connectedAt !== undefined && connectedAt < said.sentAt,
      ...said,
      attempts: (attempts ?? own).map((attempt) => attemptOf(attempt, { at: said.sentAt + 1, connect })),
    });
    return this;
  }

  /** So many of the same, a millisecond apart. */
  requests(count: number, request: MadeUpRequest): this {
    for (let index = 0; index < count; index += 1) this.request({ ...request, sentAt: request.sentAt + index });
    return this;
  }

  verdict(notes: readonly string[] = []): Verdict {
    return judge({
      scenario: this.scenario,
      events: this.events,
      records: this.records,
      messages: this.messages,
      notes,
    });
  }

  rehearsal(): Rehearsal {
    const { scenario, events, records, messages } = this;
    return { scenario, events, records, ...(messages && { messages }), verdict: this.verdict() };
  }

  /** The codes of its faults, the gravest first. */
  faults(): string[] {
    return this.verdict().faults.map(({ code }) => code);
  }

  /** The one fault of that code. */
  fault(code: string): Fault {
    const found = this.verdict().faults.find((fault) => fault.code === code);
    if (found === undefined) throw new Error(`no ${code} among: ${this.faults().join(', ')}`);
    return found;
  }

  private pod(pod: string, { node, revision, at }: { node: number; revision: number; at: number }): void {
    this.happen(at, { type: 'pod-created', pod, revision, node });
    this.happen(at + 500, { type: 'container-started', pod, pid: 1, ports: { http: 3000 } });
    this.probed(at + 2000, pod, { probe: 'readiness' });
    this.probed(at + 2000, pod, { probe: 'liveness' });
    this.happen(at + 2000, { type: 'pod-ready', pod });
    const ready = at === 0 ? ['old', 'other'] : ['old', 'other', 'new'];
    this.happen(at + 2000, { type: 'endpoints-changed', ready, terminating: [] });
  }

  /** An answer to a probe. */
  probed(
    at: number,
    pod: string,
    how: { probe: 'readiness' | 'liveness'; isSuccess?: boolean; detail?: string },
  ): this {
    const { probe, isSuccess = true, detail = isSuccess ? '200' : '503' } = how;
    return this.happen(at, { type: 'probe-answered', pod, probe, isSuccess, detail, isWitness: at > 10_000 });
  }

  private learn(at: number, pods: readonly string[]): void {
    for (const node of [0, 1]) this.happen(at - 100 * node, { type: 'node-learned', node, pods });
  }
}

/** A request to the pod that stops, whose connection was reset. */
export const RESET = { pod: 'old', fate: 'reset', detail: 'ECONNRESET' } as const;

/** One that it refused. */
export const REFUSED = { ...RESET, connect: 'refused' } as const;

/** A pod that began to stop in the open: it closed its listener in good time. */
export function drained(...scenario: ConstructorParameters<typeof MadeUpRollout>): MadeUpRollout {
  return new MadeUpRollout(...scenario).happen(12_000, { type: 'listener-closed', pod: 'old' });
}

/** One that stopped in good order, with requests until then. */
export function stoppedWell(): MadeUpRollout {
  return drained().requests(3, { sentAt: 10_500, pod: 'old' }).exit(12_500);
}
