import { type ChaosKind } from '../scenario/chaos-kind.js';

/**
 * A fact of a rehearsal, in the past tense; `at` is milliseconds since its start. The verdict, the live view and the reports are
 * readers of these.
 */
export type RolloutEvent = {
  readonly at: number;
  /** Whose it is, where several workloads are played. */
  readonly workload?: string;
} & RolloutFact;

/** What happened. */
export type RolloutFact =
  | { readonly type: 'pod-created'; readonly pod: string; readonly revision: number; readonly node: number }
  | {
      readonly type: 'container-started';
      readonly pod: string;
      readonly pid: number;
      readonly ports: Readonly<Record<string, number>>;
    }
  | { readonly type: 'container-restarted'; readonly pod: string; readonly reason: string }
  | {
      readonly type: 'probe-answered';
      readonly pod: string;
      readonly probe: ProbeKind;
      readonly isSuccess: boolean;
      readonly detail: string;
      readonly isWitness: boolean;
    }
  | { readonly type: 'pod-ready'; readonly pod: string }
  | { readonly type: 'pod-not-ready'; readonly pod: string }
  | { readonly type: 'pod-available'; readonly pod: string }
  | { readonly type: 'pod-deleted'; readonly pod: string; readonly reason: string }
  | { readonly type: 'kubelet-noticed-deletion'; readonly pod: string }
  | { readonly type: 'pre-stop-started'; readonly pod: string }
  | {
      readonly type: 'pre-stop-ended';
      readonly pod: string;
      readonly result: 'done' | 'failed' | 'abandoned';
      readonly detail: string;
    }
  | {
      readonly type: 'signal-sent';
      readonly pod: string;
      readonly signal: NodeJS.Signals;
      readonly remainingMs: number;
    }
  | { readonly type: 'listener-closed'; readonly pod: string }
  /** After how long the service closes an idle connection: as its answer announced it (`Keep-Alive: timeout=5`), or as it was seen. */
  | { readonly type: 'idle-timeout-known'; readonly pod: string; readonly ms: number; readonly isSeen: boolean }
  | {
      readonly type: 'container-exited';
      readonly pod: string;
      readonly code: number | null;
      readonly signal: NodeJS.Signals | null;
      readonly isKilledByKubelet: boolean;
      /** On a real cluster: what the container wrote about its end, as the API has it. */
      readonly terminationMessage?: string | undefined;
      /**
       * Whether a handler of SIGTERM was still there a moment after it had been sent, where the machine shows it (`SigCgt` in
       * `/proc/<pid>/status`). Node's own goes with the first signal, and so does one installed with `once`; one installed with
       * `on` stays.
       */
      readonly hasHandler?: boolean | undefined;
      /** How many connections of clients were open when the kubelet killed it: what it may have waited for. */
      readonly openConnections?: number | undefined;
    }
  | { readonly type: 'pod-gone'; readonly pod: string }
  /** The first consumer of a pod is there, as its broker was told. */
  | { readonly type: 'consuming-started'; readonly pod: string }
  /** The last consumer of a pod was cancelled, or its connection has ended. */
  | { readonly type: 'consuming-stopped'; readonly pod: string }
  | { readonly type: 'endpoints-changed'; readonly ready: readonly string[]; readonly terminating: readonly string[] }
  | { readonly type: 'node-learned'; readonly node: number; readonly pods: readonly string[] }
  | { readonly type: 'log-written'; readonly pod: string; readonly stream: 'stdout' | 'stderr'; readonly line: string }
  | { readonly type: 'service-phase'; readonly pod: string; readonly phase: string }
  | { readonly type: 'update-started'; readonly revision: number }
  /** A Rollout of Argo begins a step of its update, as `setWeight 20`. */
  | { readonly type: 'rollout-step-started'; readonly step: string }
  /** The Service selects the pods of that revision, and no others, from now on. */
  | { readonly type: 'service-switched'; readonly revision: number }
  | {
      readonly type: 'update-ended';
      readonly result: 'complete' | 'progress-deadline-exceeded' | 'deadline-passed' | 'interrupted';
    }
  | {
      readonly type: 'chaos-played';
      readonly chaos: ChaosKind;
      readonly pod: string | undefined;
      readonly detail: string;
    }
  | { readonly type: 'event-loop-lagged'; readonly ms: number }
  /** How well this machine kept the rate of the load: how many requests were due, sent late, and not sent, and how late the latest one was. */
  | {
      readonly type: 'load-stopped';
      readonly due: number;
      readonly late: number;
      readonly unsent: number;
      readonly latestMs: number;
    }
  /** On a real cluster: what an API object says of a pod, such as a warning of the kubelet or the reason of an end. */
  | { readonly type: 'cluster-told'; readonly pod: string; readonly reason: string; readonly message: string }
  /** The rehearsal did not come to its own end: what was still to happen was not seen. */
  | { readonly type: 'rehearsal-cut'; readonly reason: CutReason };

/** Why a rehearsal did not come to its own end: its deadline, its user, or a load of which nothing was answered before the update. */
export type CutReason = 'deadline-passed' | 'interrupted' | 'nothing-answered';

/** Which of the three probes. */
export type ProbeKind = 'startup' | 'readiness' | 'liveness';

/** Gathers the facts in order, and passes them to its listeners. */
export class Timeline {
  readonly #events: RolloutEvent[] = [];
  readonly #readers = new Set<(event: RolloutEvent) => void>();

  constructor(
    private readonly sinceStart: () => number,
    private readonly workload?: string,
  ) {}

  get events(): readonly RolloutEvent[] {
    return this.#events;
  }

  /** Milliseconds since the start of the rehearsal. */
  now(): number {
    return this.sinceStart();
  }

  record(fact: RolloutFact): void {
    const { workload } = this;
    this.add({ at: this.sinceStart(), ...(workload !== undefined && { workload }), ...fact });
  }

  /** An event of another timeline. */
  add(event: RolloutEvent): void {
    this.#events.push(event);
    for (const reader of this.#readers) reader(event);
  }

  /** Calls `reader` with every later event. The returned function ends that. */
  read(reader: (event: RolloutEvent) => void): () => void {
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  }
}
