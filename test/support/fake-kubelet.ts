import { type KubeletWorld } from '../../libs/rollout/src/kubelet/kubelet-world.js';
import { PodWorker } from '../../libs/rollout/src/kubelet/pod-worker.js';
import { type RolloutEvent, Timeline } from '../../libs/rollout/src/events/rollout-event.js';
import { Random } from '../../libs/rollout/src/random/random.js';
import { type PodSpec } from '../../libs/rollout/src/scenario/scenario.js';
import { FakePods, fakePodSpec, fakeService } from './fake-pods.js';
import { ManualClock } from './manual-clock.js';

const checks: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(checks.splice(0).map((check) => check()));
});

/** How a fake pod differs from the usual one. */
interface Changes {
  readonly seed?: number;
  readonly isScheduled?: boolean;
  /** How many connections of clients to it are open, all the time. */
  readonly connections?: number;
  /** Called with each container as it starts. */
  readonly prepare?: FakePods['prepare'];
}

/** A pod on a manual clock. When the test is over it must have failed nowhere. */
export async function startPod(
  changes: Partial<PodSpec> = {},
  { prepare, seed = 1, isScheduled = true, connections }: Changes = {},
) {
  const clock = new ManualClock();
  const start = clock.now();
  const timeline = new Timeline(() => clock.now() - start);
  const pods = new FakePods(clock);
  if (prepare !== undefined) pods.prepare = prepare;
  const errors: unknown[] = [];
  const notes: string[] = [];
  const end = new AbortController();
  const world: KubeletWorld = {
    clock,
    random: new Random(seed),
    runtime: pods,
    prober: pods,
    record: (fact) => timeline.record(fact),
    phaseOf: (line) => /^phase (.*)/.exec(line)?.[1],
    connectionsTo: () => connections,
    onNote: (note) => notes.push(note),
    onError: (error) => errors.push(error),
    end: end.signal,
  };
  const order = { name: 'v1-1', revision: 1, node: 0, number: 1, service: fakeService, isScheduled };
  const pod = new PodWorker({ ...order, spec: fakePodSpec(changes) }, world, () => undefined);
  await clock.advance(0);
  checks.push(async () => {
    end.abort();
    pod.container?.process.kill();
    await pod.ended;
    expect(errors).toEqual([]);
  });
  const { events } = timeline;
  return {
    clock,
    pod,
    pods,
    events,
    notes,
    timeline,
    end,
    types: () => events.map(({ type }) => type),
    at: (type: RolloutEvent['type']) => events.filter((event) => event.type === type).map(({ at }) => at),
    only: <T extends RolloutEvent['type']>(type: T) =>
      events.filter((event): event is Extract<RolloutEvent, { type: T }> => event.type === type),
  };
}

/** What startPod returns. */
export type FakeRun = Awaited<ReturnType<typeof startPod>>;

/** The same, once it is ready. */
export async function startReadyPod(...order: Parameters<typeof startPod>): Promise<FakeRun> {
  const run = await startPod(...order);
  await reached(run, 'pod-ready');
  return run;
}

/** Moves to the moment the kubelet has noticed, and says when that was. */
export function noticed(run: FakeRun): Promise<number> {
  return reached(run, 'kubelet-noticed-deletion');
}

/** Moves to the first event of a type, and says when it was. */
export async function reached({ clock, at }: FakeRun, type: RolloutEvent['type']): Promise<number> {
  while (at(type).length === 0) await clock.advance(1);
  return at(type)[0] ?? 0;
}
