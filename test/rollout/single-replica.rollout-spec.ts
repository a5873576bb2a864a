import { playRehearsal, type RehearsalOptions } from 'nestjs-lifecycle-rollout';
import { quickRehearsal } from '../support/quick-rehearsal.js';

/** A pod that is ready 4 s after its start, at the earliest. */
const STARTING: Partial<RehearsalOptions> = {
  replicas: 1,
  maxSurge: 1,
  maxUnavailable: 0,
  readiness: { path: '/health/ready', period: '250ms', timeout: '5s', failureThreshold: 2, initialDelay: '4s' },
  nodes: 2,
  endpointLag: '300ms',
  coolDown: '1s',
};

/** Both at the same time: a rehearsal of one pod waits more than it computes. */
async function lostWithEach(
  options: readonly [object, object],
  changes: Partial<RehearsalOptions>,
): Promise<[number, number]> {
  const [first, second] = options;
  return Promise.all([lostWith(first, changes), lostWith(second, changes)]);
}

/** How many requests were lost, by what the service was told. */
async function lostWith(options: object, changes: Partial<RehearsalOptions>): Promise<number> {
  const rehearsal = quickRehearsal('express', {
    ...STARTING,
    gracePeriod: '20s',
    env: { OPTIONS: JSON.stringify(options), SHUTDOWN_GRACE_PERIOD: '20s' },
    ...changes,
  });
  const { verdict } = await playRehearsal(rehearsal);
  expect(verdict.update).toBe('complete');
  return verdict.lost.length;
}

describe('the rehearsal of the only pod', () => {
  it.each(['delete', 'evict', 'drain'] as const)(
    'loses requests when it goes (%s), and none with singleReplica',
    async (act) => {
      const [without, withOption] = await lostWithEach([{}, { singleReplica: true }], { act });
      expect(without).toBeGreaterThan(10);
      expect(withOption).toBe(0);
    },
  );

  it('loses requests with singleReplica as well in a Recreate, which makes the new pod only when the old one has gone', async () => {
    const [without, withOption] = await lostWithEach([{}, { singleReplica: true }], { strategy: 'Recreate' });
    expect(without).toBeGreaterThan(10);
    expect(withOption).toBeGreaterThan(10);
  });

  it('loses nothing in a rolling update, with or without it: the new pod comes first', async () => {
    expect(await lostWithEach([{}, { singleReplica: true }], {})).toEqual([0, 0]);
  });
});

describe('the rehearsal of nodes that learn late', () => {
  /** Routers go on for longer than the shortest default lame duck, which is 4.5 s of a grace period of 20 s. */
  const LATE: Partial<RehearsalOptions> = {
    replicas: 2,
    maxSurge: 2,
    readiness: { path: '/health/ready', period: '250ms', timeout: '5s', failureThreshold: 20 },
    endpointLag: '5500ms',
  };

  it('loses requests with a fixed lame duck as long as the shortest default, and none with the default', async () => {
    const [fixed, byDefault] = await lostWithEach([{ lameDuck: '4500ms' }, {}], LATE);
    expect(fixed).toBeGreaterThan(0);
    expect(byDefault).toBe(0);
  });
});
