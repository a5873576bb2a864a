import { ManualClock } from '../../../../test/support/manual-clock.js';
import { type PodStatus } from '../kubelet/pod-worker.js';
import { drainNode, type DrainedWorkload } from './drain-node.js';

type FakePod = { -readonly [Field in keyof PodStatus]: PodStatus[Field] };

function pod(name: string, node: number, isReady = true): FakePod {
  return {
    ...{
      name,
      node,
      isReady,
      revision: 1,
      number: 1,
      endpoint: undefined,
      readySince: 0,
      isDeleted: false,
      isGone: false,
    },
    ...{ restarts: 0, pid: undefined, lastExit: undefined, setback: undefined },
  };
}

/** Three pods of a workload, two of them on node 0, and what of them was evicted when. */
function drained(leastHealthy: number) {
  const clock = new ManualClock();
  const pods = [pod('a-v1-1', 0), pod('a-v1-2', 1), pod('a-v1-3', 0)];
  const evicted: string[] = [];
  const workload: DrainedWorkload = {
    name: 'a',
    leastHealthy,
    pods: () => pods,
    evict: (name) => {
      evicted.push(name);
      for (const one of pods) if (one.name === name) one.isDeleted = true;
    },
  };
  const ended = { held: undefined as readonly string[] | undefined };
  const stop = new AbortController();
  const done = drainNode(0, [workload], { clock, signal: stop.signal }).then((held) => {
    ended.held = held.map((one) => one.pod);
  });
  return { clock, pods, evicted, ended, done, stop };
}

describe('a drain of a node', () => {
  it('evicts all of its pods at once where no budget holds them', async () => {
    const { evicted, ended, done } = drained(0);
    await done;
    expect(evicted).toEqual(['a-v1-1', 'a-v1-3']);
    expect(ended.held).toEqual([]);
  });

  it('waits with the next pod until the budget has one to spare', async () => {
    const { clock, pods, evicted, ended, done } = drained(2);
    await clock.advance(4000);
    expect(evicted).toEqual(['a-v1-1']);
    pods.push(pod('a-v1-4', 1));
    await clock.advance(1000);
    await done;
    expect(evicted).toEqual(['a-v1-1', 'a-v1-3']);
    expect(ended.held).toEqual([]);
  });

  it('gives up on pods that their budget never lets go, and names them', async () => {
    const { clock, evicted, ended, done } = drained(3);
    await clock.advance(59_000);
    expect(ended.held).toBeUndefined();
    await clock.advance(6000);
    await done;
    expect(evicted).toEqual([]);
    expect(ended.held).toEqual(['a-v1-1', 'a-v1-3']);
  });

  it('ends when the rehearsal does', async () => {
    const { ended, done, stop } = drained(3);
    stop.abort();
    await done;
    expect(ended.held).toEqual(['a-v1-1', 'a-v1-3']);
  });
});
