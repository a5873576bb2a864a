import { systemClock } from '../clock/clock.js';
import { type Address, originOf, parseAddress } from '../load/address.js';
import { type Scenario } from '../scenario/scenario.js';
import { deniedRights, type Right, rightShown } from './api/access-review.js';
import { type Access } from './api/access.js';
import { ApiClient } from './api/api-client.js';
import { ClusterError } from './api/cluster-error.js';
import { loadAccess } from './api/load-access.js';
import { type DeploymentObject } from './api/objects.js';
import { selectorText } from './api/resources.js';
import { applyChange, type Target } from './act/apply-change.js';
import { type Change, imageOf, restartOf } from './act/change.js';
import { type LoadSettings, scenarioOf } from './scenario-of.js';
import { findDeployment } from './target/find-deployment.js';
import { productionSign } from './target/production.js';
import { reachAddress } from './target/reach-address.js';
import { RIGHTS } from './target/rights.js';
import { whyUnfit } from './target/rollout-state.js';

/** What is rehearsed on a real cluster. */
export interface ClusterRehearsalOptions extends LoadSettings {
  /** The name of the Deployment. */
  readonly deployment: string;
  /** Where the clients connect: an Ingress, or a Service of type LoadBalancer or NodePort, as in `http://orders.example`. */
  readonly address: string;
  /** Of the kubeconfig. Default: its current one. */
  readonly context?: string;
  /** Default: that of the context. */
  readonly namespace?: string;
  /** Another image for the time of the rehearsal, as in `registry/orders:2` or `app=registry/orders:2`. Default: a restart. */
  readonly image?: string;
  /** Whether a cluster that looks like production is meant. Default: no, it is refused. */
  readonly isProductionMeant?: boolean;
}

/** A rehearsal that has been looked at from all sides, and has changed nothing yet. */
export interface ClusterPlan {
  readonly target: Target;
  readonly change: Change;
  readonly address: Address;
  readonly scenario: Scenario;
  readonly selector: string;
  /** Rights that are missing, and without which it goes. */
  readonly missing: readonly Right[];
  /** What it will do, in sentences, for the user to confirm. */
  readonly intentions: readonly string[];
}

/**
 * Looks at everything that a rehearsal on a cluster needs, and changes nothing: the kubeconfig, all rights at once, the Deployment, the
 * address, and whether the server would accept the change.
 *
 * @throws ClusterError for the first thing that is in the way, saying what to type
 */
export async function planClusterRehearsal(options: ClusterRehearsalOptions): Promise<ClusterPlan> {
  return planWith(await loadAccess(options.context), options);
}

/** As {@link planClusterRehearsal}, with the access that is there already. */
export async function planWith(access: Access, options: ClusterRehearsalOptions): Promise<ClusterPlan> {
  const namespace = options.namespace ?? access.namespace;
  refuseProduction(access, namespace, options);
  const address = parseAddress(options.address);
  const client = new ApiClient(access, systemClock);
  const target = { client, namespace, name: options.deployment };
  const missing = await missingRights(client, namespace);
  const deployment = await findDeployment(client, namespace, options.deployment);
  const kubectl = `kubectl --context ${access.context} -n ${namespace}`;
  const unfit = whyUnfit(deployment, kubectl);
  if (unfit !== undefined) throw new ClusterError('refused', unfit);
  const change = options.image === undefined ? restartOf(deployment, new Date()) : imageOf(deployment, options.image);
  const cluster = {
    context: access.context,
    namespace,
    deployment: options.deployment,
    address: originOf(address),
    change: change.words,
  };
  const {
    deployment: _name,
    address: _to,
    context: _on,
    namespace: _in,
    image: _as,
    isProductionMeant: _sure,
    ...load
  } = options;
  const scenario = scenarioOf(deployment, cluster, load);
  const selector = selectorOf(deployment);
  await reachAddress(address, systemClock);
  await applyChange(target, change, true);
  const plan = { target, change, address, scenario, selector, missing };
  return { ...plan, intentions: intentionsOf(plan, access, deployment) };
}

function refuseProduction(
  access: Access,
  namespace: string,
  { isProductionMeant = false }: ClusterRehearsalOptions,
): void {
  const sign = productionSign(access, namespace);
  if (sign === undefined || isProductionMeant) return;
  throw new ClusterError(
    'refused',
    `${sign} looks like production, and a rehearsal restarts pods under load. Choose another one with --context, or add --really if it is meant`,
  );
}

async function missingRights(client: ApiClient, namespace: string): Promise<readonly Right[]> {
  const denied = await deniedRights(client, namespace, RIGHTS);
  const needed = denied.filter(({ isOptional }) => isOptional !== true);
  if (needed.length === 0) return denied;
  const { user } = client.access;
  const lines = needed.map((right) => `  ${rightShown(right)}: ${right.purpose}`);
  throw new ClusterError(
    'forbidden',
    `${user} lacks rights in the namespace ${namespace}:\n${lines.join('\n')}\n` +
      'Ask for them: docs/real-cluster.md of nestjs-lifecycle has a Role with all of them to paste.',
    403,
  );
}

/** Expressions are rare, and every Deployment with them has labels in its template that do as well. */
function selectorOf({ spec }: DeploymentObject): string {
  const { matchLabels, matchExpressions } = spec.selector;
  return selectorText(matchExpressions.length === 0 ? matchLabels : (spec.template.metadata?.labels ?? matchLabels));
}

function intentionsOf(
  { target, change, scenario, missing }: Omit<ClusterPlan, 'intentions'>,
  { context, user, server }: Access,
  { spec }: DeploymentObject,
): string[] {
  const { openPerSecond, closedClients, kinds } = scenario.load;
  const { replicas } = spec;
  return [
    `On ${server.origin} (context ${context}, as ${user}), in the namespace ${target.namespace}:`,
    `  - send ${openPerSecond} requests a second, and ${closedClients} clients in a loop, to ${scenario.cluster?.address}: ${kinds.map(({ name }) => name).join(', ')}`,
    `  - change deployment/${target.name} (${change.words}): its ${replicas} pod${replicas === 1 ? '' : 's'} are replaced one after the other`,
    change.isAlwaysUndone
      ? '  - change it back afterwards, which replaces them once more'
      : '  - undo that only when it is interrupted or does not go through; after a restart that did, the same runs as before',
    '  - watch pods, endpoints and events, and read logs, until the last old pod has gone',
    `It uses these rights: ${RIGHTS.filter((right) => !missing.includes(right))
      .map((right) => rightShown(right))
      .join(', ')}.`,
    ...(missing.length === 0 ? [] : [`It goes without: ${missing.map((right) => rightShown(right)).join(', ')}.`]),
  ];
}
