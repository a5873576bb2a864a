import { type Clock } from '../../clock/clock.js';
import { type Timeline } from '../../events/rollout-event.js';
import { type Scenario } from '../../scenario/scenario.js';
import { type PodObject, type TerminatedState } from '../api/objects.js';
import { type Change } from '../api/list-watch.js';

type PodChange = Pick<Change<PodObject>, 'type' | 'item' | 'isLate'>;

/** What is known of one pod. */
interface Known {
  readonly name: string;
  /** 1 of a pod that was there before the change. */
  readonly revision: 1 | 2;
  isStarted: boolean;
  isReady: boolean;
  isDeleted: boolean;
  hasEnded: boolean;
  isTold: boolean;
  /** Whether its SIGTERM was written down. */
  isSignalled: boolean;
  restarts: number;
  /** The kubelet told that it stops it, before the API told that it is deleted. */
  isStopExpected: boolean;
  /** When the API told that it is deleted, and when it was told to stop, on the clock of the timeline. */
  deletedAt: number;
  toldAt: number;
  /** Ends that were written down: the API repeats each, as its state, as its last state, and as its state again when the pod is deleted. */
  readonly ends: Set<string>;
  /** Why it last waited. */
  waitedFor: string;
}

/** 128 and the number of SIGKILL. */
const KILLED = 137;
/** Seconds of the API are whole, and a kubelet is not exact: a kill so much before the end of the grace period is its own. */
const EARLY_MS = 1500;

/**
 * Turns what the API says of pods into the facts that a rehearsal is judged by. Times are those at which the API told it, which
 * is up to a second after an end.
 */
export class PodReader {
  readonly #pods = new Map<string, Known>();
  readonly #nodes = new Map<string, number>();
  #oldHashes: ReadonlySet<string> = new Set();

  constructor(
    private readonly timeline: Timeline,
    private readonly clock: Clock,
    private readonly scenario: Pick<Scenario, 'pod'>,
    /** Whether events of the kubelet say when a pod is told to stop; otherwise its deletion does. */
    private readonly hasEvents: boolean,
  ) {}

  /** The pods that are there before the change. */
  begin(pods: readonly PodObject[]): void {
    this.#oldHashes = new Set(pods.map((pod) => hashOf(pod)));
    for (const item of pods) {
      const pod = this.#create(item);
      const { state, lastState } = mainStatus(item) ?? {};
      // What ended before the rehearsal is not of it.
      for (const ended of [state?.terminated, lastState?.terminated]) {
        if (ended !== undefined) pod.ends.add(keyOf(ended));
      }
      this.read({ type: 'added', item, isLate: false });
    }
  }

  get names(): ReadonlySet<string> {
    return new Set([...this.#pods.values()].map(({ name }) => name));
  }

  /**
   * How many are there that leave: those that are deleted, and all of before the change. The deletion of one of these may not have been told
   * yet when the Deployment says that its update is complete.
   */
  get leaving(): number {
    return [...this.#pods.values()].filter(({ isDeleted, revision }) => isDeleted || revision === 1).length;
  }

  read({ type, item, isLate }: PodChange): void {
    const pod = this.#pods.get(item.metadata.uid) ?? this.#create(item);
    this.#readStart(pod, item);
    this.#readDeletion(pod, item);
    this.#readEnds(pod, item);
    this.#readReadiness(pod, item);
    if (type === 'deleted') this.#remove(pod, item, isLate);
  }

  /** The kubelet begins to stop it: it runs its preStop hook, and sends SIGTERM. */
  told(name: string): void {
    const pod = [...this.#pods.values()].find((one) => one.name === name);
    if (pod === undefined || pod.isTold) return;
    // Events and pods come over two connections.
    if (!pod.isDeleted) pod.isStopExpected = true;
    else this.#beginStop(pod, this.timeline.now());
  }

  #beginStop(pod: Known, toldAt: number): void {
    const { name } = pod;
    pod.isTold = true;
    pod.toldAt = toldAt;
    const { preStop } = this.scenario.pod;
    if (preStop === undefined) return this.#signal(pod);
    this.timeline.record({ type: 'pre-stop-started', pod: name });
    // When a command or a request of a preStop hook ends is in no object of the API.
    if (preStop.kind !== 'sleep') return;
    this.clock.meanwhile(preStop.ms, () => {
      if (!pod.hasEnded) this.#endPreStop(pod);
    });
  }

  #endPreStop(pod: Known): void {
    this.timeline.record({ type: 'pre-stop-ended', pod: pod.name, result: 'done', detail: '' });
    this.#signal(pod);
  }

  #signal(pod: Known): void {
    pod.isSignalled = true;
    const remainingMs = Math.max(0, this.scenario.pod.gracePeriodMs - (this.timeline.now() - pod.toldAt));
    this.timeline.record({ type: 'signal-sent', pod: pod.name, signal: 'SIGTERM', remainingMs });
  }

  /**
   * A container that ends after its preStop hook was sent SIGTERM in between. When a command or a request of a hook ended is told nowhere, and the
   * beginning of one that sleeps is told late.
   */
  #signalBeforeEnd(pod: Known): void {
    const { preStop } = this.scenario.pod;
    if (!pod.isTold || pod.isSignalled || preStop === undefined) return;
    if (preStop.kind !== 'sleep') return this.#signal(pod);
    if (this.timeline.now() - pod.toldAt >= preStop.ms - EARLY_MS) this.#endPreStop(pod);
  }

  #create(item: PodObject): Known {
    const { name, uid } = item.metadata;
    const revision = this.#oldHashes.has(hashOf(item)) ? 1 : 2;
    const pod: Known = {
      name,
      revision,
      isStarted: false,
      isReady: false,
      isDeleted: false,
      hasEnded: false,
      isTold: false,
      isSignalled: false,
      restarts: restartsOf(item),
      isStopExpected: false,
      deletedAt: 0,
      toldAt: 0,
      ends: new Set(),
      waitedFor: '',
    };
    this.#pods.set(uid, pod);
    this.timeline.record({ type: 'pod-created', pod: name, revision, node: this.#nodeOf(item) });
    return pod;
  }

  #nodeOf({ spec }: PodObject): number {
    const name = spec.nodeName ?? '';
    const known = this.#nodes.get(name) ?? this.#nodes.size;
    this.#nodes.set(name, known);
    return known;
  }

  #readStart(pod: Known, item: PodObject): void {
    const status = mainStatus(item);
    if (status?.state?.waiting !== undefined) this.#tell(pod, status.state.waiting);
    if (status?.state?.running !== undefined) this.#start(pod);
  }

  #start(pod: Known): void {
    if (pod.isStarted) return;
    pod.isStarted = true;
    // The API knows neither its process nor a port of this machine.
    this.timeline.record({ type: 'container-started', pod: pod.name, pid: 0, ports: {} });
  }

  /** Why it waits, where that is worth a word. */
  #tell(
    pod: Known,
    { reason, message }: { readonly reason?: string | undefined; readonly message?: string | undefined },
  ): void {
    if (reason === undefined || message === undefined || reason === pod.waitedFor) return;
    pod.waitedFor = reason;
    this.timeline.record({ type: 'cluster-told', pod: pod.name, reason, message });
  }

  #readReadiness(pod: Known, item: PodObject): void {
    const isReady = item.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
    if (isReady === pod.isReady) return;
    pod.isReady = isReady;
    this.timeline.record({ type: isReady ? 'pod-ready' : 'pod-not-ready', pod: pod.name });
  }

  #readDeletion(pod: Known, item: PodObject): void {
    if (pod.isDeleted || item.metadata.deletionTimestamp === undefined) return;
    pod.isDeleted = true;
    pod.deletedAt = this.timeline.now();
    this.timeline.record({ type: 'pod-deleted', pod: pod.name, reason: disruptionOf(item) });
    if (!this.hasEvents || pod.isStopExpected) this.#beginStop(pod, pod.deletedAt);
  }

  #readEnds(pod: Known, item: PodObject): void {
    const { state, lastState } = mainStatus(item) ?? {};
    if (lastState?.terminated !== undefined) this.#end(pod, lastState.terminated);
    this.#readRestarts(pod, item, lastState?.terminated?.reason);
    if (state?.terminated !== undefined) this.#end(pod, state.terminated);
  }

  #readRestarts(pod: Known, item: PodObject, reason = 'the container was started again'): void {
    const restarts = restartsOf(item);
    if (restarts <= pod.restarts) return;
    pod.restarts = restarts;
    // One that waits for its next start has no process that could end.
    pod.hasEnded = mainStatus(item)?.state?.running === undefined;
    this.timeline.record({ type: 'container-restarted', pod: pod.name, reason });
  }

  #end(pod: Known, ended: TerminatedState): void {
    const key = keyOf(ended);
    if (pod.ends.has(key) || ended.reason === 'ContainerStatusUnknown') return;
    pod.ends.add(key);
    // It may have ended before it was seen to run.
    this.#start(pod);
    pod.hasEnded = true;
    // The event of the beginning of its stop may come after that of its end.
    if (pod.isDeleted && !pod.isTold) this.#beginStop(pod, pod.deletedAt);
    this.#signalBeforeEnd(pod);
    const isOutOfMemory = ended.reason === 'OOMKilled';
    this.#quote(pod, ended, isOutOfMemory);
    this.timeline.record({
      type: 'container-exited',
      pod: pod.name,
      code: ended.exitCode,
      signal: null,
      ...(ended.message !== undefined && { terminationMessage: ended.message }),
      isKilledByKubelet: ended.exitCode === KILLED && !isOutOfMemory && this.#isAtItsEnd(pod),
    });
  }

  /** Its termination message is as good as a line of its log: services write into it how they ended. */
  #quote({ name }: Known, { message = '' }: TerminatedState, isOutOfMemory: boolean): void {
    if (isOutOfMemory) {
      const text = 'it used more memory than its limit';
      this.timeline.record({ type: 'cluster-told', pod: name, reason: 'OOMKilled', message: text });
    }
    for (const line of message.split('\n')) {
      if (line.trim() !== '') this.timeline.record({ type: 'log-written', pod: name, stream: 'stdout', line });
    }
  }

  #isAtItsEnd({ isTold, toldAt }: Known): boolean {
    return isTold && this.timeline.now() - toldAt >= this.scenario.pod.gracePeriodMs - EARLY_MS;
  }

  #remove(pod: Known, item: PodObject, isLate: boolean): void {
    this.#pods.delete(item.metadata.uid);
    if (pod.isStarted && !pod.hasEnded) {
      const message = isLate
        ? 'the pod was deleted while its watch was away'
        : 'the pod was deleted before the API told how its container ended';
      this.timeline.record({ type: 'cluster-told', pod: pod.name, reason: END_NOT_SEEN, message });
    }
    this.timeline.record({ type: 'pod-gone', pod: pod.name });
  }
}

/** The reason of a fact that says how a pod ended is not known. */
export const END_NOT_SEEN = 'EndNotSeen';

/** One end of one container. */
function keyOf({ containerID, finishedAt }: TerminatedState): string {
  return `${containerID} ${finishedAt}`;
}

/** Pods of one template have the same. */
function hashOf({ metadata }: PodObject): string {
  return metadata.labels?.['pod-template-hash'] ?? '';
}

/** The first container is the service; the others stand beside it. */
function mainStatus({ spec, status }: PodObject) {
  const name = spec.containers[0]?.name;
  return status?.containerStatuses?.find((one) => one.name === name);
}

function restartsOf(item: PodObject): number {
  return mainStatus(item)?.restartCount ?? 0;
}

function disruptionOf({ status }: PodObject): string {
  const target = status?.conditions?.find(({ type, status: value }) => type === 'DisruptionTarget' && value === 'True');
  return target?.message ?? 'through the API';
}
