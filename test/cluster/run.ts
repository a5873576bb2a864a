import { systemClock } from '../../libs/rollout/src/clock/clock.js';
import { deniedRights, rightShown } from '../../libs/rollout/src/real-cluster/api/access-review.js';
import { type Access } from '../../libs/rollout/src/real-cluster/api/access.js';
import { ApiClient } from '../../libs/rollout/src/real-cluster/api/api-client.js';
import { ClusterError } from '../../libs/rollout/src/real-cluster/api/cluster-error.js';
import { type NodeObject } from '../../libs/rollout/src/real-cluster/api/objects.js';
import { listNodes, takesPods } from '../../libs/rollout/src/real-cluster/target/nodes.js';
import { productionSign } from '../../libs/rollout/src/real-cluster/target/production.js';
import { type Settings } from './arguments.js';
import { imageFor } from './image.js';
import { isLocal } from './is-local.js';
import { CLUSTER_RIGHTS, NAMESPACE_RIGHTS } from './rights.js';
import { playAll } from './play-all.js';
import { SCENES } from './scenes.js';
import { TestNamespace } from './test-namespace.js';
import { EXIT, type Found, type World } from './world.js';

/** Plays all scenes on the cluster, and leaves nothing behind. Resolves with the exit code. */
export async function runClusterTest(settings: Settings, world: World): Promise<number> {
  let found: Found;
  try {
    found = await look(settings, world);
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    world.say(`Nothing was tested (exit code ${EXIT.notPlayed}): ${error.message.replaceAll(/\s*\n\s*/g, ' ')}`);
    return EXIT.notPlayed;
  }
  return playAll(found, settings, world);
}

async function look(settings: Settings, world: World): Promise<Found> {
  const access = await world.access();
  const client = new ApiClient(access, systemClock);
  await client.send({ method: 'GET', path: '/version', what: 'ask for the version' });
  const namespace = new TestNamespace(client, world.signal);
  await agree(access, settings, world);
  await needRights(client, namespace.name);
  const nodes = await listNodes(client);
  needNodes(nodes, settings);
  const image = await imageFor(access.context, settings.image, world.runTool);
  return { access, client, namespace, nodes, image };
}

async function agree(access: Access, { yes, scenes, adapters }: Settings, { say, ask }: World): Promise<void> {
  const sign = productionSign(access, '');
  if (sign !== undefined) throw new ClusterError('refused', `${sign} looks like production, and this drains nodes`);
  if (isLocal(access)) return;
  say(`${access.server.origin} (context ${access.context}, as ${access.user}) is not of this machine. The test will`);
  say('  - make a namespace of its own, with a Service on a port of every node, and delete it at the end');
  say(`  - play ${scenes.join(', ')}, with ${adapters.join(' and ')}, under load from this machine`);
  if (scenes.includes('drain'))
    say('  - cordon a node for that time; it evicts its own pods only, and takes that back');
  if (yes) return;
  if (ask === undefined) {
    throw new ClusterError('refused', 'there is no terminal to ask whether that is meant: add --yes');
  }
  if (!(await ask('Go on? [y/N] '))) throw new ClusterError('refused', 'it was not agreed to');
}

async function needRights(client: ApiClient, namespace: string): Promise<void> {
  const denied = [
    ...(await deniedRights(client, '', CLUSTER_RIGHTS)),
    ...(await deniedRights(client, namespace, NAMESPACE_RIGHTS)),
  ];
  if (denied.length === 0) return;
  const rights = denied.map((right) => `${rightShown(right)} ${right.purpose}`).join(', ');
  throw new ClusterError('forbidden', `rights are missing: ${rights}. docs/cluster-test.md has a ClusterRole`);
}

/** What cannot be played is not left out without a word. */
function needNodes(nodes: readonly NodeObject[], { scenes }: Settings): void {
  const free = nodes.filter(takesPods);
  if (!scenes.includes('drain') || free.length >= 2) return;
  const others = SCENES.map(({ name }) => name).filter((name) => name !== 'drain');
  throw new ClusterError(
    'refused',
    `a drain needs two nodes that take pods, and there ${free.length === 1 ? 'is one' : 'is none'}. Add a node, or leave the drain out: --scenes ${others.join(',')}`,
  );
}
