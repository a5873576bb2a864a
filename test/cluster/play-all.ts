import { ClusterError } from '../../libs/rollout/src/real-cluster/api/cluster-error.js';
import { type Settings } from './arguments.js';
import { NAMESPACE_LABEL } from './objects.js';
import { playScene, writeReports } from './play-scene.js';
import { candidates, reach } from './reach.js';
import { type Adapter, type Scene } from './scene.js';
import { SCENES } from './scenes.js';
import { sceneLines } from './show-scene.js';
import { EXIT, type Found, type World } from './world.js';

/** Plays one scene after the other in a namespace that is deleted at the end, whatever happens. */
export async function playAll(found: Found, settings: Settings, world: World): Promise<number> {
  const { namespace } = found;
  const { say } = world;
  const label = Object.entries(NAMESPACE_LABEL).map((pair) => pair.join('='));
  say(`The namespace is ${namespace.name}. Were this program killed: kubectl delete namespaces -l ${label.join(',')}`);
  const tally = { passed: 0, failed: 0 };
  let isRemoved = false;
  try {
    await namespace.create(settings.nodePort);
    await playEach(found, settings, { world, tally });
  } catch (error) {
    tally.failed += 1;
    say(`FAILED  ${wordsOf(error)}`);
  } finally {
    isRemoved = await removed(found, world);
  }
  const all = settings.adapters.length * settings.scenes.length;
  const interrupted = world.signal.aborted ? ', interrupted' : '';
  say(
    `${all} scenes: ${tally.passed} passed, ${tally.failed} failed${interrupted}. Ledgers are in ${settings.reports}.`,
  );
  return tally.passed === all && tally.failed === 0 && isRemoved ? EXIT.passed : EXIT.failed;
}

interface Playing {
  readonly world: World;
  readonly tally: { passed: number; failed: number };
}

async function playEach(found: Found, settings: Settings, { world, tally }: Playing): Promise<void> {
  const addresses: string[] = [];
  for (const adapter of settings.adapters) {
    for (const scene of SCENES.filter(({ name }) => settings.scenes.includes(name))) {
      if (world.signal.aborted) return;
      const isPassed = await playOne({ scene, adapter }, found, { settings, world, addresses });
      tally[isPassed ? 'passed' : 'failed'] += 1;
    }
  }
}

/** Whether it passed. A scene that the cluster refuses has failed, and the next one is played all the same. */
async function playOne(
  { scene, adapter }: { readonly scene: Scene; readonly adapter: Adapter },
  found: Found,
  at: { readonly settings: Settings; readonly world: World; readonly addresses: string[] },
): Promise<boolean> {
  const { access, namespace, image } = found;
  const { settings, world, addresses } = at;
  try {
    await namespace.deploy(scene, adapter, image);
    // It is the same for all, and found when there are pods to answer.
    addresses[0] ??= await addressOf(found, settings, world);
    const { warmUp, coolDown, signal } = world;
    const stage = { access, namespace: namespace.name, address: addresses[0], rate: settings.rate, warmUp, coolDown };
    const played = await playScene(scene, adapter, { ...stage, signal });
    await writeReports(played, settings.reports);
    for (const line of sceneLines(played)) world.say(line);
    return played.failures.length === 0;
  } catch (error) {
    world.say(`FAILED  ${adapter} ${scene.name}: ${wordsOf(error)}`);
    return false;
  } finally {
    // After Ctrl-C the namespace takes all of it.
    if (!world.signal.aborted) await namespace.clear(scene);
  }
}

async function addressOf({ access, namespace, nodes }: Found, settings: Settings, world: World): Promise<string> {
  const named = settings.address === undefined ? candidates(nodes, namespace.nodePort, access) : [settings.address];
  const pods = async (): Promise<string[]> => (await namespace.pods()).map(({ metadata }) => metadata.name);
  return reach(named, pods, world.signal);
}

async function removed({ access, namespace }: Found, { say }: World): Promise<boolean> {
  try {
    await namespace.remove();
    return true;
  } catch (error) {
    say(
      `FAILED  ${wordsOf(error)}. Delete it by hand: kubectl --context ${access.context} delete namespace ${namespace.name}`,
    );
    return false;
  }
}

/** What is no answer of a cluster is a defect of the test, and has its stack. */
function wordsOf(error: unknown): string {
  if (error instanceof ClusterError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
