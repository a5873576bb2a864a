import { systemClock } from '../../clock/clock.js';
import { until } from '../../../../../test/support/event-loop.js';
import { accessTo } from '../../../../../test/support/kube-api/access.js';
import { KubeApi } from '../../../../../test/support/kube-api/kube-api.js';
import { ApiClient } from './api-client.js';
import { type Change, type Gap, ListWatch } from './list-watch.js';
import { type PodObject, readPod } from './objects.js';
import { paths } from './resources.js';

type Pod = PodObject & { readonly uid: string; readonly resourceVersion: string };

let api: KubeApi;
beforeEach(async () => {
  api = await KubeApi.start();
});
afterEach(async () => {
  await api.close();
});

const spec = { containers: [{ name: 'app' }] };

function createPod(name: string, labels: Record<string, string> = { app: 'orders' }): void {
  api.store.create('pods', { metadata: { name, labels }, spec });
}

/** Follows the pods of `orders` until the test is over. */
async function followed() {
  const changes: Change<Pod>[] = [];
  const gaps: Gap[] = [];
  const watch = new ListWatch<Pod>(
    new ApiClient(accessTo(api), clock),
    clock,
    { name: 'pods', path: paths.pods('shop'), selector: 'app=orders', read: readPod },
    { onChange: (change) => changes.push(change), onGap: (gap) => gaps.push(gap) },
  );
  await watch.list();
  const stopping = new AbortController();
  const ended = watch.follow(stopping.signal);
  // A test that expects the end awaits it.
  ended.catch(() => undefined);
  await until('the watch is open', () => api.openWatches === 1);
  const seen = (): string[] =>
    changes.map(({ type, item, isLate }) => `${type} ${item.metadata.name}${isLate ? ' late' : ''}`);
  return { watch, gaps, seen, ended, stop: () => stopping.abort() };
}

/** As the system's, and short pauses pass fifty times as fast. */
const clock = {
  ...systemClock,
  after: (ms: number, action: () => void) => systemClock.after(ms > 5000 ? ms : ms / 50, action),
};

describe('ListWatch', () => {
  it('lists in pages, and tells what comes afterwards', async () => {
    for (let index = 0; index < 501; index += 1) createPod(`orders-${index}`);
    createPod('other', { app: 'other' });
    const { watch, seen, stop, ended } = await followed();
    expect(watch.items).toHaveLength(501);
    expect(api.requests.filter((line) => line.includes('continue='))).toHaveLength(1);
    createPod('orders-new');
    createPod('other-new', { app: 'other' });
    api.store.update('pods', 'orders-new', (pod) => ({ ...pod, status: { phase: 'Running' } }));
    api.store.remove('pods', 'orders-0');
    await until('three changes are told', () => seen().length === 3);
    expect(seen()).toEqual(['added orders-new', 'modified orders-new', 'deleted orders-0']);
    stop();
    await ended;
  });

  it('goes on where it was after a watch that was cut, and nothing is missing or told twice', async () => {
    createPod('orders-1');
    const { seen, gaps, stop, ended } = await followed();
    api.store.update('pods', 'orders-1', (pod) => ({ ...pod, status: { phase: 'Running' } }));
    await until('one change is told', () => seen().length === 1);
    api.cutWatches();
    createPod('orders-2');
    await until('two changes are told', () => seen().length === 2);
    expect(seen()).toEqual(['modified orders-1', 'added orders-2']);
    expect(gaps).toEqual([]);
    stop();
    await ended;
  });

  it('goes on from the version of a bookmark', async () => {
    const { stop, ended } = await followed();
    api.store.create('services', { metadata: { name: 'orders' } });
    api.bookmark();
    const version = api.store.version;
    await until('a watch begins at the version of the bookmark', () => {
      api.cutWatches();
      return api.requests.some((line) => line.includes(`resourceVersion=${version}`));
    });
    stop();
    await ended;
  });

  it('lists again after 410, and says what it could not see', async () => {
    createPod('orders-1');
    createPod('orders-2');
    const { seen, gaps, stop, ended } = await followed();
    api.store.remove('pods', 'orders-1');
    await until('one change is told', () => seen().length === 1);
    api.refuse(/watch=1/, 503, { times: 4 });
    api.cutWatches();
    api.store.remove('pods', 'orders-2');
    createPod('orders-3');
    api.store.compact();
    await until('three changes are told', () => seen().length === 3);
    expect(seen()).toEqual(['deleted orders-1', 'deleted orders-2 late', 'added orders-3 late']);
    expect(gaps).toMatchObject([{ collection: 'pods', isComplete: false }]);
    expect(gaps[0]?.reason).toContain('503');
    stop();
    await ended;
  });

  it('lists again where a watch ends with 410 in its middle', async () => {
    createPod('orders-1');
    const { gaps, stop, ended } = await followed();
    api.expireWatches();
    await until('the gap is told', () => gaps.length === 1);
    expect(gaps[0]?.isComplete).toBe(false);
    expect(gaps[0]?.reason).toContain('too old resource version');
    stop();
    await ended;
  });

  it('takes a line that was cut for no change', async () => {
    createPod('orders-1');
    const { seen, watch, stop, ended } = await followed();
    api.cutWatches({ inTheMiddle: true });
    createPod('orders-2');
    await until('the second pod is known', () => watch.items.length === 2);
    expect(seen().map((line) => line.replace(' late', ''))).toEqual(['added orders-2']);
    stop();
    await ended;
  });

  it('tells how long the server was away, and that nothing is missing', async () => {
    const { seen, gaps, stop, ended } = await followed();
    api.refuse(/watch=1/, 503, { times: 4 });
    api.cutWatches();
    createPod('orders-1');
    await until('one change is told', () => seen().length === 1);
    expect(gaps).toEqual([expect.objectContaining({ collection: 'pods', isComplete: true })]);
    stop();
    await ended;
  });

  it('ends where the right is taken away', async () => {
    const { ended } = await followed();
    api.deny('watch', 'pods');
    api.cutWatches();
    await expect(ended).rejects.toThrow('may not watch pods');
  });
});
