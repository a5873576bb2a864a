import { ClusterError } from '../api/cluster-error.js';
import { readNode } from '../api/objects.js';
import { paths } from '../api/resources.js';
import { toError } from '../api/refusal.js';
import { listNodes, takesPods } from '../target/nodes.js';
import { type SeenCluster, standing } from './cluster-act.js';
import { evictWhenAllowed } from './end-pods.js';
import { PodAct } from './pod-act.js';

/**
 * A node is cordoned, and the Deployment's pods on it are evicted, each as soon as budgets allow it. Pods of others stay where they are. It
 * takes pods again afterwards.
 */
export class DrainAct extends PodAct {
  readonly words = 'a node is drained';
  #cordoned: string | undefined;

  /** The node with most of them. */
  protected override choose(seen: SeenCluster): string[] {
    const pods = standing(seen);
    const onNode = (node: string | undefined): string[] =>
      pods.filter(({ spec }) => spec.nodeName === node).map(({ metadata }) => metadata.name);
    const nodes = [...new Set(pods.map(({ spec }) => spec.nodeName))].map(onNode);
    return nodes.toSorted((a, b) => b.length - a.length)[0] ?? [];
  }

  protected async end(pods: readonly string[], signal: AbortSignal, seen: SeenCluster): Promise<void> {
    const node = seen.pods.find(({ metadata }) => metadata.name === pods[0])?.spec.nodeName ?? '';
    const others = (await listNodes(this.target.client)).filter((one) => takesPods(one) && one.metadata.name !== node);
    if (others.length === 0) {
      throw new ClusterError(
        'refused',
        `a drain of the node ${node} needs another node that takes pods; there is none`,
      );
    }
    this.#cordoned = node;
    await this.#cordon(node, true);
    for (const pod of pods) await evictWhenAllowed(this.target, pod, signal);
  }

  override async undo(): Promise<string | undefined> {
    const node = this.#cordoned;
    if (node === undefined) return undefined;
    try {
      await this.#cordon(node, false);
      this.#cordoned = undefined;
      return `The node ${node} takes pods again.`;
    } catch (error) {
      const { context } = this.target.client.access;
      throw new ClusterError(
        'refused',
        `the node ${node} could not be uncordoned: ${toError(error).message}. Do it by hand: kubectl --context ${context} uncordon ${node}`,
      );
    }
  }

  async #cordon(node: string, isCordoned: boolean): Promise<void> {
    const answer = await this.target.client.send({
      method: 'PATCH',
      path: paths.node(node),
      contentType: 'application/strategic-merge-patch+json',
      // As kubectl does it: false is not written, but left out.
      body: { spec: { unschedulable: isCordoned ? true : null } },
      what: `${isCordoned ? 'cordon' : 'uncordon'} node ${node}`,
    });
    if (readNode(answer) === undefined) throw new ClusterError('foreign-answer', 'what was answered is no Node');
  }
}
