import { ManualClock } from '../../../../test/support/manual-clock.js';
import { Timeline } from '../events/rollout-event.js';
import { Random } from '../random/random.js';
import { type ChaosKind } from '../scenario/chaos-kind.js';
import { resolveScenario } from '../scenario/resolve-scenario.js';
import { ChaosPlayer } from './chaos-player.js';
import { planChaos, type PlannedChaos } from './plan-chaos.js';

const command = 'node main.js';

function plansOf(
  chaos: readonly (ChaosKind | { kind: ChaosKind; at?: string; for?: string; variable?: string })[],
  seed = 1,
) {
  return planChaos(resolveScenario({ command, chaos }), new Random(seed));
}

function world(plans: readonly PlannedChaos[]) {
  const clock = new ManualClock();
  const start = clock.now();
  const timeline = new Timeline(() => clock.now() - start);
  const done: string[] = [];
  const errors: unknown[] = [];
  const target = {
    serving: ['a', 'b', 'c'],
    nodes: [0, 1],
    signal: (pod: string, signal: string) => done.push(`${signal} ${pod}`),
    failLiveness: (pod: string) => done.push(`liveness ${pod}`),
    drainNode: (node: number) => done.push(`drain ${node}`),
    deleteAll: () => done.push('delete all'),
    rollback: () => done.push('rollback'),
  };
  const database = {
    goAway: (): void => void done.push('away'),
    comeBack: (): void => void done.push('back'),
  };
  const dependencies = new Map([['DATABASE_URL', database]]);
  const player = new ChaosPlayer({ clock, timeline, target, dependencies, onError: (error) => errors.push(error) });
  player.start(plans);
  return { clock, timeline, done, errors, player, target, database };
}

describe('chaos', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(plansOf(['kill', 'node-drain'], 5)).toEqual(plansOf(['kill', 'node-drain'], 5));
    expect(plansOf(['kill'], 5)).not.toEqual(plansOf(['kill'], 6));
  });

  it('does not happen before its time', async () => {
    const { clock, done, timeline } = world(plansOf([{ kind: 'kill', at: '2s' }]));
    await clock.advance(1999);
    expect(done).toEqual([]);
    await clock.advance(1);
    expect(done).toEqual([expect.stringMatching(/^SIGKILL [abc]$/)]);
    expect(timeline.events).toMatchObject([{ at: 2000, type: 'chaos-played', chaos: 'kill' }]);
  });

  it('sends the second signal to the pod that had the first', async () => {
    const { clock, done, timeline } = world(plansOf(['second-signal']));
    await clock.advance(5000);
    expect(done).toEqual([]);
    timeline.record({ type: 'signal-sent', pod: 'b', signal: 'SIGTERM', remainingMs: 30_000 });
    timeline.record({ type: 'signal-sent', pod: 'c', signal: 'SIGTERM', remainingMs: 30_000 });
    await clock.advance(5000);
    expect(done).toEqual(['SIGTERM b']);
  });

  it('rolls back once a new pod is available', async () => {
    const { clock, done, timeline } = world(plansOf(['rollback']));
    await clock.advance(10_000);
    expect(done).toEqual([]);
    timeline.record({ type: 'pod-available', pod: 'd' });
    await clock.advance(2000);
    expect(done).toEqual(['rollback']);
  });

  it('lets a stopped process go on again, at the end of the rehearsal at the latest', async () => {
    const first = world(plansOf([{ kind: 'stopped-process', at: '1s', for: '500ms' }]));
    await first.clock.advance(1400);
    expect(first.done).toEqual([expect.stringMatching(/^SIGSTOP/)]);
    await first.clock.advance(100);
    expect(first.done).toEqual([expect.stringMatching(/^SIGSTOP/), expect.stringMatching(/^SIGCONT/)]);

    const second = world(plansOf([{ kind: 'stopped-process', at: '1s', for: '500ms' }]));
    await second.clock.advance(1400);
    second.player.stop();
    expect(second.done).toEqual([expect.stringMatching(/^SIGSTOP/), expect.stringMatching(/^SIGCONT/)]);
  });

  it('takes a dependency away and brings it back', async () => {
    const { clock, done } = world(
      plansOf([{ kind: 'dependency-away', variable: 'DATABASE_URL', at: '1s', for: '2s' }]),
    );
    await clock.advance(1000);
    expect(done).toEqual(['away']);
    await clock.advance(2000);
    expect(done).toEqual(['away', 'back']);
  });

  it('reports a dependency that cannot come back', async () => {
    const { clock, database, errors } = world(
      plansOf([{ kind: 'dependency-away', variable: 'DATABASE_URL', at: '1s', for: '2s' }]),
    );
    const failure = new Error('port taken');
    database.comeBack = () => {
      throw failure;
    };
    await clock.advance(3000);
    expect(errors).toEqual([failure]);
  });

  it.each([
    ['liveness-kill', /^liveness [abc]$/],
    ['node-drain', /^drain [01]$/],
    ['all-pods-at-once', /^delete all$/],
  ] as const)('plays %s by itself at some moment', async (kind, what) => {
    const { clock, done } = world(plansOf([kind]));
    await clock.advance(10_000);
    expect(done).toEqual([expect.stringMatching(what)]);
  });

  it('says that the endpoints are slow, and draws the same for all other chaos as without that', async () => {
    const { clock, done, timeline } = world(plansOf(['slow-endpoints']));
    await clock.advance(0);
    expect(done).toEqual([]);
    expect(timeline.events).toMatchObject([{ type: 'chaos-played', chaos: 'slow-endpoints', pod: undefined }]);
    expect(plansOf(['slow-endpoints', 'kill']).slice(1)).toEqual(plansOf(['kill']));
  });

  it('says so when there was no pod to harm', async () => {
    const { clock, done, target, timeline } = world(plansOf([{ kind: 'kill', at: '1s' }]));
    target.serving = [];
    await clock.advance(1000);
    expect(done).toEqual([]);
    expect(timeline.events).toMatchObject([{ pod: undefined, detail: 'no pod was serving: nothing done' }]);
  });

  it('does nothing any more once it was stopped', async () => {
    const { clock, done, player } = world(plansOf(['kill', 'rollback', 'second-signal']));
    player.stop();
    await clock.advance(60_000);
    expect(done).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });
});
