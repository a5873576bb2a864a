import { LAG_MODELS } from '../scenario/lag-models.js';
import { fakeScenario } from '../../../../test/support/fake-pods.js';
import { ManualClock } from '../../../../test/support/manual-clock.js';
import { type MutablePodStatus, podStatus as pod } from '../../../../test/support/pod-status.js';
import { type RolloutFact } from '../events/rollout-event.js';
import { Random } from '../random/random.js';
import { type Network } from '../network/network.js';
import { EndpointController } from './endpoint-controller.js';
import { sliceOf, usableOf } from './endpoint-slice.js';

describe('the slice of a service', () => {
  it.each([
    ['a ready pod', {}, { isReady: true, isServing: true, isTerminating: false }],
    ['a pod that is not ready', { isReady: false }, { isReady: false, isServing: false, isTerminating: false }],
    ['a deleted pod that is ready', { isDeleted: true }, { isReady: false, isServing: true, isTerminating: true }],
    [
      'a deleted pod that is not ready',
      { isDeleted: true, isReady: false },
      { isReady: false, isServing: false, isTerminating: true },
    ],
  ])('says of %s what Kubernetes says', (_, changes, conditions) => {
    expect(sliceOf([pod('a', changes)])).toEqual([{ endpoint: { pod: 'a', port: 1 }, ...conditions }]);
  });

  it('leaves out pods that have gone, or have no address yet', () => {
    expect(sliceOf([pod('a', { isGone: true, isDeleted: true }), pod('b', { endpoint: undefined })])).toEqual([]);
  });
});

describe('what a node sends its clients to', () => {
  const usable = (...pods: MutablePodStatus[]): string[] => usableOf(sliceOf(pods)).map(({ pod }) => pod);

  it('is the ready pods, as long as there is one', () => {
    expect(usable(pod('a'), pod('b', { isDeleted: true }), pod('c', { isReady: false }))).toEqual(['a']);
  });

  it('is those that terminate and still serve, when none is ready', () => {
    const pods = [
      pod('a', { isReady: false }),
      pod('b', { isDeleted: true }),
      pod('c', { isDeleted: true, isReady: false }),
    ];
    expect(usable(...pods)).toEqual(['b']);
  });

  it('is nothing, when none serves', () => {
    expect(usable(pod('a', { isReady: false }), pod('c', { isDeleted: true, isReady: false }))).toEqual([]);
  });
});

function startController({ endpointLag = { min: 0, median: 0, p99: 0, max: 0 }, isSlow = false, seed = 1, nodes = 2 }) {
  const clock = new ManualClock();
  const start = clock.now();
  const pods: MutablePodStatus[] = [];
  const facts: (RolloutFact & { at: number })[] = [];
  const views: string[] = [];
  const network: Network = { ...fakeScenario().network, nodes, endpointLag };
  const controller = new EndpointController({
    clock,
    random: new Random(seed),
    network,
    isSlow,
    pods: () => pods,
    record: (fact) => facts.push({ at: clock.now() - start, ...fact }),
    onView: (node, endpoints) => views.push(`${node}: ${endpoints.map(({ pod }) => pod).join(' ')}`),
  });
  return { clock, pods, facts, views, controller };
}

describe('EndpointController', () => {
  it('writes once for all changes of a moment, and then tells every node', async () => {
    const { clock, pods, facts, views, controller } = startController({});
    pods.push(pod('a'));
    controller.changed();
    pods.push(pod('b', { isDeleted: true }));
    controller.changed();
    await clock.advance(9);
    expect(facts).toEqual([]);
    await clock.advance(41);
    expect(facts.map(({ type }) => type)).toEqual(['endpoints-changed', 'node-learned', 'node-learned']);
    expect(facts[0]).toMatchObject({ ready: ['a'], terminating: ['b'] });
    expect(views).toEqual(['0: a', '1: a']);
  });

  it('says nothing where nothing is new, and tells no node what it knows', async () => {
    const { clock, pods, facts, views, controller } = startController({});
    pods.push(pod('a'));
    controller.settle();
    controller.changed();
    await clock.advance(300);
    expect(facts).toHaveLength(3);
    // New in the slice, and of no consequence.
    pods.push(pod('b', { isReady: false }));
    controller.changed();
    await clock.advance(300);
    expect(facts).toHaveLength(3);
    // New in what is said of it, and nothing for those who send requests.
    pods.push(pod('c', { isDeleted: true }));
    controller.changed();
    await clock.advance(300);
    expect(facts.map(({ type }) => type).slice(3)).toEqual(['endpoints-changed']);
    expect(views).toEqual(['0: a', '1: a']);
  });

  it('lets no node learn something older after something newer', async () => {
    const lag = { min: 0, median: 500, p99: 20_000, max: 60_000 };
    for (let seed = 0; seed < 30; seed += 1) {
      const { clock, pods, views, controller } = startController({ endpointLag: lag, seed, nodes: 3 });
      for (let number = 0; number < 8; number += 1) {
        pods.push(pod(`p${number}`));
        controller.changed();
        await clock.advance(400);
      }
      await clock.advance(60_000);
      for (const node of [0, 1, 2]) {
        const known = views.filter((view) => view.startsWith(`${node}:`)).map((view) => view.length);
        expect(known).toEqual(known.toSorted((a, b) => a - b));
      }
      expect(views.filter((view) => view.endsWith('p7'))).toHaveLength(3);
    }
  });

  it('lets a change bring nothing forward that came before: its nodes are as late as was measured', async () => {
    const learned: number[] = [];
    for (let seed = 0; seed < 300; seed += 1) {
      const { clock, pods, facts, controller } = startController({
        endpointLag: LAG_MODELS['cluster-ip'],
        seed,
        nodes: 1,
      });
      pods.push(pod('a'), pod('b'));
      controller.settle();
      pods.shift();
      controller.changed();
      await clock.advance(150);
      pods.push(pod('c', { isDeleted: true }));
      controller.changed();
      await clock.advance(3000);
      const timesOf = (wanted: string) => facts.flatMap(({ type, at }) => (type === wanted ? [at] : []));
      // The first of each is what was there before.
      learned.push((timesOf('node-learned')[1] ?? 0) - (timesOf('endpoints-changed')[1] ?? 0));
    }
    // Even over 0 to 1.05 s.
    const mean = learned.reduce((sum, ms) => sum + ms, 0) / learned.length;
    expect(mean).toBeGreaterThan(470);
    expect(mean).toBeLessThan(580);
  });

  it('is a hundred times as late when it is slow, and silent once it has been stopped', async () => {
    const { clock, pods, facts, controller } = startController({ isSlow: true });
    pods.push(pod('a'));
    controller.changed();
    await clock.advance(999);
    expect(facts).toEqual([]);
    await clock.advance(4001);
    expect(facts).toHaveLength(3);
    pods.pop();
    controller.changed();
    controller.stop();
    await clock.advance(10_000);
    expect(facts).toHaveLength(3);
    expect(clock.pendingTimers).toBe(0);
  });

  it('plays the same for the same seed', async () => {
    const play = async (seed: number) => {
      const run = startController({ endpointLag: { min: 0, median: 400, p99: 5000, max: 9000 }, seed });
      run.pods.push(pod('a'));
      run.controller.changed();
      await run.clock.advance(10_000);
      return run.facts;
    };
    expect(await play(3)).toEqual(await play(3));
    expect(await play(3)).not.toEqual(await play(4));
  });
});
