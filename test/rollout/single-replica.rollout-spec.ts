import { playRehearsal, type RehearsalOptions } from 'nestjs-lifecycle-rollout';
import { atOnce } from '../support/at-once.js';
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

/** Routers go on for longer than the shortest default lame duck, which is 4.5 s of a grace period of 20 s. */
const LATE: Partial<RehearsalOptions> = {
  replicas: 2,
  maxSurge: 2,
  readiness: { path: '/health/ready', period: '250ms', timeout: '5s', failureThreshold: 20 },
  endpointLag: '5500ms',
};

const WITHOUT_AND_WITH = [{}, { singleReplica: true }] as const;

/** What is compared: two services, and what is done to each. */
const COMPARED = {
  delete: [WITHOUT_AND_WITH, { act: 'delete' }],
  evict: [WITHOUT_AND_WITH, { act: 'evict' }],
  drain: [WITHOUT_AND_WITH, { act: 'drain' }],
  recreate: [WITHOUT_AND_WITH, { strategy: 'Recreate' }],
  update: [WITHOUT_AND_WITH, {}],
  'late nodes': [[{ lameDuck: '4500ms' }, {}], LATE],
} as const satisfies Record<string, readonly [readonly [object, object], Partial<RehearsalOptions>]>;

/** Pairs that are played at once. Each is of few pods, and waits more than it computes. */
const PAIRS_AT_ONCE = 2;

const lost = new Map<string, [number, number]>();

beforeAll(async () => {
  const pairs = Object.entries(COMPARED).map(([name, [options, changes]]) => async (): Promise<void> => {
    lost.set(name, await lostWithEach(options, changes));
  });
  await atOnce(PAIRS_AT_ONCE, pairs);
}, 300_000);

function lostIn(name: keyof typeof COMPARED): [number, number] {
  const both = lost.get(name);
  if (both === undefined) throw new Error(`${name} was not played`);
  return both;
}

describe('the rehearsal of the only pod', () => {
  it.each(['delete', 'evict', 'drain'] as const)(
    'loses requests when it goes (%s), and none with singleReplica',
    (act) => {
      const [without, withOption] = lostIn(act);
      expect(without).toBeGreaterThan(10);
      expect(withOption).toBe(0);
    },
  );

  it('loses requests with singleReplica as well in a Recreate, which makes the new pod only when the old one has gone', () => {
    const [without, withOption] = lostIn('recreate');
    expect(without).toBeGreaterThan(10);
    expect(withOption).toBeGreaterThan(10);
  });

  it('loses nothing in a rolling update, with or without it: the new pod comes first', () => {
    expect(lostIn('update')).toEqual([0, 0]);
  });
});

describe('the rehearsal of nodes that learn late', () => {
  it('loses requests with a fixed lame duck as long as the shortest default, and none with the default', () => {
    const [fixed, byDefault] = lostIn('late nodes');
    expect(fixed).toBeGreaterThan(0);
    expect(byDefault).toBe(0);
  });
});
