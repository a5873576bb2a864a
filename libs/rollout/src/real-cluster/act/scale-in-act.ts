import { ClusterError } from '../api/cluster-error.js';
import { paths } from '../api/resources.js';
import { findDeployment } from '../target/find-deployment.js';
import { type Target } from './apply-change.js';
import { type ActResult, type ClusterAct, replicasOf, type SeenCluster, standing } from './cluster-act.js';

/** The Deployment is scaled to one pod less, and back afterwards. Which pod goes is the controller's to choose. */
export class ScaleInAct implements ClusterAct {
  readonly words = 'it is scaled to one pod less';
  #before = 0;

  constructor(private readonly target: Target) {}

  async begin(seen: SeenCluster): Promise<void> {
    const replicas = replicasOf(seen);
    if (replicas < 2)
      throw new ClusterError('refused', 'a scale-in needs two replicas: with one nothing would be left');
    await this.#scale(replicas - 1);
    this.#before = replicas;
  }

  resultOf(seen: SeenCluster): ActResult | undefined {
    const wanted = this.#before - 1;
    return seen.pods.length === wanted && standing(seen).length === wanted ? 'complete' : undefined;
  }

  isLeaving(): boolean {
    return false;
  }

  async undo(): Promise<string | undefined> {
    const { client, namespace, name } = this.target;
    if (this.#before === 0) return undefined;
    const { spec } = await findDeployment(client, namespace, name);
    if (spec.replicas !== this.#before - 1) return `deployment/${name} has been scaled by others since, and stays so.`;
    await this.#scale(this.#before);
    return `deployment/${name} is scaled back to ${this.#before}.`;
  }

  async #scale(replicas: number): Promise<void> {
    const { client, namespace, name } = this.target;
    await client.send({
      method: 'PATCH',
      path: `${paths.deployment(namespace, name)}/scale`,
      contentType: 'application/merge-patch+json',
      body: { spec: { replicas } },
      what: `scale deployment ${name} to ${replicas}`,
    });
  }
}
