import { elapsed, systemClock } from '../../libs/rollout/src/clock/clock.js';
import { isRecord } from '../../libs/lifecycle/src/options/index.js';
import { type SeenCluster, replicasOf } from '../../libs/rollout/src/real-cluster/act/cluster-act.js';
import { evictPod, evictWhenAllowed } from '../../libs/rollout/src/real-cluster/act/end-pods.js';
import { PodAct } from '../../libs/rollout/src/real-cluster/act/pod-act.js';
import { ClusterError } from '../../libs/rollout/src/real-cluster/api/cluster-error.js';
import { paths } from '../../libs/rollout/src/real-cluster/api/resources.js';
import { budgetOf } from './objects.js';

const AGAIN_MS = 500;

/**
 * A budget that needs every pod refuses the eviction of one (429). Then it needs one less, and the same eviction is allowed. The namespace
 * of the test takes the budget with it.
 */
export class BudgetedEvictAct extends PodAct {
  readonly words = 'a pod is evicted, once its budget allows it';

  protected async end(pods: readonly string[], signal: AbortSignal, seen: SeenCluster): Promise<void> {
    const [pod = ''] = pods;
    const { client, namespace, name } = this.target;
    const replicas = replicasOf(seen);
    await client.send({
      method: 'POST',
      path: paths.budgets(namespace),
      body: budgetOf(name, replicas),
      what: `create the budget ${name}`,
    });
    await this.#counted(signal);
    const refusal = await evictPod(this.target, pod);
    if (refusal === undefined) {
      throw new ClusterError('refused', `the budget needs all ${replicas} pods, and ${pod} was evicted all the same`);
    }
    await client.send({
      method: 'PATCH',
      path: `${paths.budgets(namespace)}/${name}`,
      contentType: 'application/merge-patch+json',
      body: { spec: { minAvailable: replicas - 1 } },
      what: `change the budget ${name}`,
    });
    await evictWhenAllowed(this.target, pod, signal);
  }

  /** Until the controller has counted the pods, everything is refused, for that reason. */
  async #counted(signal: AbortSignal): Promise<void> {
    const { client, namespace, name } = this.target;
    const path = `${paths.budgets(namespace)}/${name}`;
    while (!signal.aborted) {
      const budget = await client.send({ method: 'GET', path, what: `get the budget ${name}` });
      const status = isRecord(budget) ? budget['status'] : undefined;
      const healthy = isRecord(status) ? status['currentHealthy'] : undefined;
      if (typeof healthy === 'number' && healthy > 0) return;
      await elapsed(systemClock, AGAIN_MS, signal);
    }
  }
}
