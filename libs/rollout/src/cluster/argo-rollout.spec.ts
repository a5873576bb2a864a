import { FakePods, fakeScenario } from '../../../../test/support/fake-pods.js';
import { ManualClock } from '../../../../test/support/manual-clock.js';
import { killAfterTest } from '../../../../test/support/started-programs.js';
import { type RolloutEvent, Timeline } from '../events/rollout-event.js';
import { Random } from '../random/random.js';
import { type ArgoRollout } from '../scenario/scenario.js';
import { Cluster } from './cluster.js';

/** A cluster with four pods of a Rollout, all there. */
async function startedRollout(argoRollout: ArgoRollout) {
  const clock = new ManualClock();
  const start = clock.now();
  const timeline = new Timeline(() => clock.now() - start);
  const pods = new FakePods(clock);
  const { deployment } = fakeScenario();
  const scenario = fakeScenario({
    deployment: { ...deployment, replicas: 4, maxSurge: 1, maxUnavailable: 0, argoRollout },
  });
  const views: string[][] = [];
  const cluster = new Cluster({
    ...{ clock, timeline, scenario, runtime: pods, prober: pods, random: new Random(scenario.seed) },
    onView: (node, endpoints) => (views[node] = endpoints.map(({ pod }) => pod)),
    onGone: () => undefined,
  });
  killAfterTest({ kill: () => cluster.close() });
  const started = cluster.start();
  await clock.advance(2000);
  await started;
  return { clock, cluster, timeline, views };
}

/** How many pods of each revision are not being deleted. */
function countsOf({ pods }: Cluster): [old: number, next: number] {
  const there = pods.filter(({ isDeleted, isGone }) => !isDeleted && !isGone);
  const next = there.filter(({ revision }) => revision === 2).length;
  return [there.length - next, next];
}

function told({ events }: Timeline): string[] {
  return events.flatMap((event: RolloutEvent) => {
    if (event.type === 'rollout-step-started') return [event.step];
    if (event.type === 'service-switched') return [`switch to ${event.revision}`];
    return event.type === 'update-ended' ? [event.result] : [];
  });
}

describe('the steps of a canary', () => {
  const steps = [
    { kind: 'set-weight', weight: 25 },
    { kind: 'pause', ms: 20_000 },
    { kind: 'set-weight', weight: 50 },
  ] as const;

  it('are played in their order, and a pause holds both revisions', async () => {
    const { clock, cluster, timeline, views } = await startedRollout({ kind: 'canary', steps });
    const updated = cluster.update();
    await clock.advance(15_000);
    expect(told(timeline)).toEqual(['setWeight 25', 'pause 20 s']);
    expect(countsOf(cluster)).toEqual([3, 1]);
    expect(views[0]?.filter((name) => name.startsWith('v2')).length).toBe(1);
    expect(views[0]).toHaveLength(4);
    await clock.advance(60_000);
    expect(await updated).toBe('complete');
    expect(told(timeline)).toEqual(['setWeight 25', 'pause 20 s', 'setWeight 50', 'complete']);
    expect(countsOf(cluster)).toEqual([0, 4]);
  });

  it('are left when the rollout is taken back', async () => {
    const { clock, cluster, timeline } = await startedRollout({ kind: 'canary', steps });
    const updated = cluster.update();
    await clock.advance(10_000);
    const back = cluster.rollback();
    await clock.advance(60_000);
    expect(await Promise.all([updated, back])).toEqual(['complete', 'complete']);
    expect(told(timeline)).toEqual(['setWeight 25', 'pause 20 s', 'complete']);
    expect(countsOf(cluster)).toEqual([4, 0]);
  });
});

describe('a blue-green update', () => {
  const blueGreen = { kind: 'blue-green', promotionMs: 5000, scaleDownDelayMs: 20_000 } as const;

  it('switches the Service when all new pods are available, and stops the old ones after the delay', async () => {
    const { clock, cluster, timeline, views } = await startedRollout(blueGreen);
    const updated = cluster.update();
    await clock.advance(4000);
    expect(countsOf(cluster)).toEqual([4, 4]);
    expect(told(timeline)).toEqual([]);
    expect(views.flat().every((name) => name.startsWith('v1'))).toBe(true);
    await clock.advance(12_000);
    expect(told(timeline)).toEqual(['switch to 2']);
    expect(countsOf(cluster)).toEqual([4, 4]);
    expect(views.every((names) => names.length === 4 && names.every((name) => name.startsWith('v2')))).toBe(true);
    await clock.advance(25_000);
    expect(await updated).toBe('complete');
    expect(countsOf(cluster)).toEqual([0, 4]);
  });

  it('is taken back by a switch to the pods that are still there', async () => {
    const { clock, cluster, timeline, views } = await startedRollout(blueGreen);
    void cluster.update();
    await clock.advance(16_000);
    const back = cluster.rollback();
    await clock.advance(40_000);
    expect(await back).toBe('complete');
    expect(told(timeline)).toEqual(['switch to 2', 'switch to 1', 'complete']);
    expect(countsOf(cluster)).toEqual([4, 0]);
    expect(views.flat().every((name) => name.startsWith('v1'))).toBe(true);
  });
});
