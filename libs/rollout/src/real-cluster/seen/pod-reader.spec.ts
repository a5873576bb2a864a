import { ManualClock } from '../../../../../test/support/manual-clock.js';
import { probe } from '../../../../../test/support/made-up-rollout.js';
import { type RolloutEvent, Timeline } from '../../events/rollout-event.js';
import { gatherPods, type PodFacts } from '../../verdict/pod-facts.js';
import { type PreStop } from '../../scenario/scenario.js';
import { type PodObject, readEvent, readPod } from '../api/objects.js';
import { EventReader } from './event-reader.js';
import { END_NOT_SEEN, PodReader } from './pod-reader.js';

const GRACE_MS = 10_000;

interface Said {
  readonly name?: string;
  readonly restarts?: number;
  readonly state?: object;
  readonly lastState?: object;
  readonly isDeleted?: boolean;
  readonly isReady?: boolean;
  readonly hash?: string;
  readonly conditions?: readonly object[];
}

/** A pod as the API has it. */
function podOf(said: Said): PodObject {
  const whole = { name: 'orders-1', restarts: 0, lastState: {}, isDeleted: false, hash: 'old', ...said };
  const { name, restarts, state, lastState, isDeleted, hash } = whole;
  const pod = readPod({
    metadata: {
      name,
      uid: `uid of ${name}`,
      resourceVersion: '1',
      labels: { app: 'orders', 'pod-template-hash': hash },
      ...(isDeleted && { deletionTimestamp: '2026-01-01T00:00:10Z', deletionGracePeriodSeconds: 10 }),
    },
    spec: { nodeName: 'n1', containers: [{ name: 'app' }, { name: 'beside' }] },
    status: {
      conditions: [{ type: 'Ready', status: said.isReady === true ? 'True' : 'False' }, ...(said.conditions ?? [])],
      containerStatuses: [
        { name: 'beside', restartCount: 9, state: { terminated: { exitCode: 9, containerID: 'containerd://9' } } },
        ...(state === undefined ? [] : [{ name: 'app', restartCount: restarts, state, lastState }]),
      ],
    },
  });
  if (pod === undefined) throw new Error('this is no pod');
  return pod;
}

const running = { running: { startedAt: '2026-01-01T00:00:00Z' } };
const waiting = { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s restarting failed container' } };

function ended(id: string, exitCode: number, reason = exitCode === 0 ? 'Completed' : 'Error', message?: string) {
  return {
    terminated: {
      ...{ exitCode, reason, containerID: `containerd://${id}`, finishedAt: `of ${id}` },
      ...(message !== undefined && { message }),
    },
  };
}

/** A reader, with what it has written down. */
class World {
  readonly clock = new ManualClock();
  readonly events: RolloutEvent[] = [];
  readonly reader: PodReader;
  readonly #told: EventReader;

  constructor({ preStop, hasEvents = true }: { readonly preStop?: PreStop; readonly hasEvents?: boolean } = {}) {
    const start = this.clock.now();
    const timeline = new Timeline(() => this.clock.now() - start);
    timeline.read((event) => this.events.push(event));
    const pod = {
      ...{ gracePeriodMs: GRACE_MS, preStop, startupProbe: undefined, isPid1: true },
      ...{ readinessProbe: probe('/'), livenessProbe: undefined },
    };
    this.reader = new PodReader(timeline, this.clock, { pod }, hasEvents);
    this.#told = new EventReader(timeline, this.reader);
  }

  begin(...pods: readonly Said[]): this {
    this.reader.begin(pods.map((pod) => podOf(pod)));
    return this;
  }

  see(said: Said): this {
    this.reader.read({ type: 'modified', item: podOf(said), isLate: false });
    return this;
  }

  remove(said: Said, isLate = false): this {
    this.reader.read({ type: 'deleted', item: podOf(said), isLate });
    return this;
  }

  told(reason: string, message: string, type = 'Normal', name = 'orders-1'): this {
    const metadata = { name: `${name}.1`, uid: 'u', resourceVersion: '2' };
    const event = readEvent({ metadata, involvedObject: { kind: 'Pod', name }, type, reason, message });
    if (event === undefined) throw new Error('this is no event');
    this.#told.read(event);
    return this;
  }

  async pass(ms: number): Promise<this> {
    await this.clock.advance(ms);
    return this;
  }

  /** Facts of these types, in short. */
  seen(...types: readonly RolloutEvent['type'][]): unknown[] {
    return this.events.filter(({ type }) => types.includes(type)).map(({ at: _at, ...fact }) => fact);
  }

  get pod(): PodFacts {
    const [pod] = gatherPods(this.events);
    if (pod === undefined) throw new Error('no pod was seen');
    return pod;
  }

  get codes(): unknown[] {
    return this.events.flatMap((event) => (event.type === 'container-exited' ? [event.code] : []));
  }

  get unseen(): boolean {
    return this.events.some((event) => event.type === 'cluster-told' && event.reason === END_NOT_SEEN);
  }
}

const STOPPING = 'Stopping container app';

describe('PodReader', () => {
  it('tells each end of a container that crashes again and again once, whatever the API repeats', () => {
    const world = new World().begin({ state: running });
    world.see({ state: ended('a', 3) });
    world.see({ state: ended('b', 4), lastState: ended('a', 3), restarts: 1 });
    world.see({ state: waiting, lastState: ended('b', 4), restarts: 1 });
    world.see({ state: ended('c', 5), lastState: ended('b', 4), restarts: 2 });
    world.see({ state: waiting, lastState: ended('c', 5), restarts: 2 });
    const deleted = { isDeleted: true, restarts: 2 };
    world.see({ ...deleted, state: waiting, lastState: ended('c', 5) });
    world.see({ ...deleted, state: ended('c', 5) }).remove({ ...deleted, state: ended('c', 5) });
    expect(world.codes).toEqual([3, 4, 5]);
    expect(world.pod.crashes).toHaveLength(3);
    expect(world.pod.restarts).toHaveLength(2);
    expect(world.unseen).toBe(false);
    expect(world.seen('cluster-told')).toHaveLength(1);
  });

  it('tells an end that only the last state shows, of a container that waits or runs again', () => {
    const waits = new World().begin({ state: running }).see({ state: waiting, lastState: ended('a', 3), restarts: 1 });
    expect(waits.codes).toEqual([3]);
    expect(waits.remove({ state: waiting }).unseen).toBe(false);
    const runs = new World().begin({ state: running }).see({ state: running, lastState: ended('a', 3), restarts: 1 });
    expect(runs.codes).toEqual([3]);
    expect(runs.remove({ state: running, isDeleted: true }).unseen).toBe(true);
  });

  it('tells the end of a new container that was never seen to run', () => {
    const world = new World()
      .begin()
      .see({ hash: 'new' })
      .see({ hash: 'new', state: ended('a', 1) });
    expect(world.codes).toEqual([1]);
    expect(world.seen('container-started')).toHaveLength(1);
  });

  it('does not count what ended before the rehearsal, nor what another container did', () => {
    const world = new World().begin({ state: running, lastState: ended('a', 3), restarts: 4 });
    world.see({ state: running, lastState: ended('a', 3), restarts: 4, isReady: true });
    expect(world.codes).toEqual([]);
    expect(world.pod.restarts).toEqual([]);
  });

  it('knows old pods and new ones apart by their template', () => {
    const world = new World().begin({ state: running });
    world.see({ name: 'orders-2', hash: 'new' }).see({ name: 'orders-3', hash: 'old' });
    expect(world.seen('pod-created')).toMatchObject([{ revision: 1 }, { revision: 2 }, { revision: 1 }]);
  });

  it('tells of a kill at the end of the grace period, and of no other SIGKILL', async () => {
    const kill = async (afterMs: number, reason?: string) => {
      const world = new World().begin({ state: running }).see({ state: running, isDeleted: true });
      await world.told('Killing', STOPPING).pass(afterMs);
      world.see({ isDeleted: true, state: ended('a', 137, reason) });
      return world.pod.exit?.isKilledByKubelet;
    };
    expect(await kill(GRACE_MS)).toBe(true);
    expect(await kill(GRACE_MS / 2)).toBe(false);
    expect(await kill(GRACE_MS, 'OOMKilled')).toBe(false);
  });

  it.each([
    ['before the deletion', true],
    ['never', false],
  ])('tells of that kill where the event of its beginning comes %s', async (_when, isTold) => {
    const world = new World().begin({ state: running });
    if (isTold) world.told('Killing', STOPPING);
    await world.see({ state: running, isDeleted: true }).pass(GRACE_MS);
    world.see({ isDeleted: true, state: ended('a', 137) });
    expect(world.pod.exit).toMatchObject({ code: 137, isKilledByKubelet: true });
    expect(world.pod.signal?.at).toBe(isTold ? 0 : GRACE_MS);
  });

  it('takes the deletion for the beginning of the stop where events may not be read', () => {
    const world = new World({ hasEvents: false }).begin({ state: running }).see({ state: running, isDeleted: true });
    expect(world.seen('signal-sent')).toEqual([
      { type: 'signal-sent', pod: 'orders-1', signal: 'SIGTERM', remainingMs: GRACE_MS },
    ]);
  });

  it.each<[string, PreStop, number]>([
    ['a command', { kind: 'exec', command: ['sleep', '5'] }, 5500],
    ['a request', { kind: 'http-get', path: '/drain', containerPort: 3000 }, 5500],
    ['a sleep', { kind: 'sleep', ms: 5000 }, 5500],
    ['a sleep whose beginning was told late', { kind: 'sleep', ms: 5000 }, 4400],
  ])('takes an end after a preStop hook that is %s for a stop, and no crash', async (_what, preStop, afterMs) => {
    const world = new World({ preStop }).begin({ state: running }).see({ state: running, isDeleted: true });
    await world.told('Killing', STOPPING).pass(afterMs);
    world.see({ isDeleted: true, state: ended('a', 0) });
    await world.pass(GRACE_MS);
    expect(world.pod.crashes).toEqual([]);
    expect(world.seen('signal-sent')).toHaveLength(1);
  });

  it('takes an end in the middle of a sleep for a crash', async () => {
    const preStop = { kind: 'sleep', ms: 5000 } as const;
    const world = new World({ preStop }).begin({ state: running }).see({ state: running, isDeleted: true });
    await world.told('Killing', STOPPING).pass(1000);
    world.see({ isDeleted: true, state: ended('a', 1) });
    expect(world.pod.crashes).toHaveLength(1);
  });

  it('takes the end of a container whose liveness probe has failed for a crash', () => {
    const world = new World().begin({ state: running });
    world.told('Killing', 'Container app failed liveness probe, will be restarted').see({ state: ended('a', 143) });
    expect(world.pod.crashes).toHaveLength(1);
    expect(world.seen('cluster-told')).toMatchObject([{ reason: 'Killing' }]);
  });

  it.each([false, true])('says that an end was not seen (its watch was away: %s)', (isLate) => {
    const world = new World().begin({ state: running }).see({ state: running, isDeleted: true });
    world.remove({ state: running, isDeleted: true }, isLate);
    expect(world.unseen).toBe(true);
    expect(world.seen('pod-gone')).toHaveLength(1);
  });

  it('does not believe an end that the API made up for a container it knows nothing of', () => {
    const unknown = { terminated: { exitCode: 137, reason: 'ContainerStatusUnknown', finishedAt: null } };
    const world = new World().begin({ state: running }).see({ state: unknown, isDeleted: true });
    expect(world.codes).toEqual([]);
    expect(world.remove({ state: unknown, isDeleted: true }).unseen).toBe(true);
    const never = new World().begin().see({ hash: 'new' }).remove({ hash: 'new', state: unknown, isDeleted: true });
    expect(never.unseen).toBe(false);
  });

  it('quotes the termination message, that memory ran out, why a pod is evicted, and each warning once', () => {
    const world = new World().begin({ state: running });
    world.told('Unhealthy', 'Readiness probe failed', 'Warning').told('Unhealthy', 'Readiness probe failed', 'Warning');
    world.told('BackOff', 'of a pod of others', 'Warning', 'other-1').told('Pulled', 'image is there');
    const evicted = { type: 'DisruptionTarget', status: 'True', message: 'Eviction API: evicting' };
    world.see({ state: running, isDeleted: true, conditions: [evicted] });
    world.see({ isDeleted: true, state: ended('a', 137, 'OOMKilled', 'one\n\ntwo') });
    expect(world.seen('cluster-told')).toMatchObject([{ reason: 'Unhealthy' }, { reason: 'OOMKilled' }]);
    expect(world.seen('pod-deleted')).toMatchObject([{ reason: 'Eviction API: evicting' }]);
    expect(world.pod.logs.map(({ line }) => line)).toEqual(['one', 'two']);
  });
});
