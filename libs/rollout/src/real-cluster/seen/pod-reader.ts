import { type Clock } from '../../clock/clock.js';
import { type Timeline } from '../../events/rollout-event.js';
import { type Scenario } from '../../scenario/scenario.js';
import { type PodObject, type TerminatedState } from '../api/objects.js';
import { type Change } from '../api/list-watch.js';

type PodChange = Pick<Change<PodObject>, 'type' | 'item' | 'isLate'>;

/** What is known of one pod. */
interface Known {
  readonly name: string;
  isStarted: boolean;
  isReady: boolean;
  isDeleted: boolean;
  hasEnded: boolean;
  isTold: boolean;
  restarts: number;
  /** When it was told to stop, on the clock of the timeline. */
  toldAt: number;
  /** The last end that was written down. */
  end: string;
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
    for (const item of pods) this.read({ type: 'added', item, isLate: false });
  }

  get names(): ReadonlySet<string> {
    return new Set([...this.#pods.values()].map(({ name }) => name));
  }

  /** How many are deleted and still there. */
  get leaving(): number {
    return [...this.#pods.values()].filter(({ isDeleted }) => isDeleted).length;
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
    if (pod === undefined || pod.isTold || !pod.isDeleted) return;
    pod.isTold = true;
    pod.toldAt = this.timeline.now();
    const { preStop, gracePeriodMs } = this.scenario.pod;
    if (preStop === undefined) return this.#signal(name, gracePeriodMs);
    this.timeline.record({ type: 'pre-stop-started', pod: name });
    // When a command or a request of a preStop hook ends is in no object of the API.
    if (preStop.kind !== 'sleep') return;
    this.clock.meanwhile(preStop.ms, () => {
      if (pod.hasEnded) return;
      this.timeline.record({ type: 'pre-stop-ended', pod: name, result: 'done', detail: '' });
      this.#signal(name, gracePeriodMs - preStop.ms);
    });
  }

  #signal(pod: string, remainingMs: number): void {
    this.timeline.record({ type: 'signal-sent', pod, signal: 'SIGTERM', remainingMs });
  }

  #create(item: PodObject): Known {
    const { name, uid } = item.metadata;
    const pod: Known = {
      name,
      isStarted: false,
      isReady: false,
      isDeleted: false,
      hasEnded: false,
      isTold: false,
      restarts: restartsOf(item),
      toldAt: 0,
      end: '',
    };
    this.#pods.set(uid, pod);
    const revision = this.#oldHashes.has(hashOf(item)) ? 1 : 2;
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
    if (pod.isStarted || status?.state?.running === undefined) return;
    pod.isStarted = true;
    // The API knows neither its process nor a port of this machine.
    this.timeline.record({ type: 'container-started', pod: pod.name, pid: 0, ports: {} });
  }

  /** Why it waits, where that is worth a word. */
  #tell(
    pod: Known,
    { reason, message }: { readonly reason?: string | undefined; readonly message?: string | undefined },
  ): void {
    if (reason === undefined || message === undefined || reason === pod.end) return;
    pod.end = reason;
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
    this.timeline.record({ type: 'pod-deleted', pod: pod.name, reason: disruptionOf(item) });
    if (!this.hasEvents) this.told(pod.name);
  }

  #readEnds(pod: Known, item: PodObject): void {
    const { state, lastState } = mainStatus(item) ?? {};
    const restarts = restartsOf(item);
    const hasRestarted = restarts > pod.restarts;
    const ended = state?.terminated ?? (hasRestarted ? lastState?.terminated : undefined);
    if (ended !== undefined) this.#end(pod, ended);
    if (!hasRestarted) return;
    pod.restarts = restarts;
    pod.hasEnded = false;
    const reason = ended?.reason ?? 'the container was started again';
    this.timeline.record({ type: 'container-restarted', pod: pod.name, reason });
  }

  #end(pod: Known, ended: TerminatedState): void {
    const key = `${ended.containerID} ${ended.finishedAt}`;
    if (key === pod.end || ended.reason === 'ContainerStatusUnknown' || !pod.isStarted) return;
    pod.end = key;
    pod.hasEnded = true;
    // The kubelet may have told of the end before the event of its beginning came.
    if (pod.isDeleted && !pod.isTold) this.told(pod.name);
    const isOutOfMemory = ended.reason === 'OOMKilled';
    this.#quote(pod, ended, isOutOfMemory);
    this.timeline.record({
      type: 'container-exited',
      pod: pod.name,
      code: ended.exitCode,
      signal: null,
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
