import { type PodStatus } from '../kubelet/pod-worker.js';
import { Nodes } from './nodes.js';

function on(node: number, isGone = false): PodStatus {
  const pod = { name: 'v1-1', revision: 1, node, number: 1, isReady: true, isDeleted: isGone, isGone, restarts: 0 };
  return { ...pod, endpoint: undefined, readySince: 0, pid: 1, lastExit: undefined, setback: undefined };
}

describe('a new pod', () => {
  it('goes to the node with the fewest pods, those that have gone not counted', () => {
    const nodes = new Nodes(3);
    expect(nodes.forNewPod([])).toBe(0);
    expect(nodes.forNewPod([on(0), on(1)])).toBe(2);
    expect(nodes.forNewPod([on(0), on(1, true), on(2)])).toBe(1);
  });

  it('goes to no cordoned node, unless there is no other', () => {
    const nodes = new Nodes(2);
    nodes.cordon(0);
    expect(nodes.forNewPod([on(1)])).toBe(1);
    nodes.cordon(1);
    expect(nodes.forNewPod([on(1)])).toBe(0);
  });
});
