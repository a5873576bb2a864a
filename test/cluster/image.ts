import { ClusterError } from '../../libs/rollout/src/real-cluster/api/cluster-error.js';
import { type RunImage } from './objects.js';

/** Runs a tool with its output shown; rejects where it fails, takes longer, or is not installed. */
export type RunTool = (command: string, args: readonly string[], limitMs: number) => Promise<void>;

/** Always the same, so that images of earlier runs are replaced. */
const BUILT = 'nestjs-lifecycle-demo:cluster-test';

const BUILD_WITHIN_MS = 20 * 60_000;
const LOAD_WITHIN_MS = 5 * 60_000;

/** How an image of this machine comes to the nodes of a local cluster, by its context; `undefined`: not at all. */
function loaderOf(context: string, image: string): readonly [string, ...string[]] | 'shared' | undefined {
  const [, tool, name = ''] = /^(kind|k3d)-(.+)$/.exec(context) ?? [];
  if (tool === 'kind') return ['kind', 'load', 'docker-image', image, '--name', name];
  if (tool === 'k3d') return ['k3d', 'image', 'import', image, '--cluster', name];
  if (context === 'minikube') return ['minikube', 'image', 'load', image];
  // Their nodes run what Docker has.
  return context === 'docker-desktop' || context === 'orbstack' ? 'shared' : undefined;
}

/**
 * The image that is run: the one that the user names, or the demo's, built here and loaded into the nodes.
 *
 * @throws ClusterError when there is none, saying what to type
 */
export async function imageFor(context: string, named: string | undefined, runTool: RunTool): Promise<RunImage> {
  if (named !== undefined) return { name: named, pullPolicy: 'IfNotPresent' };
  const loader = loaderOf(context, BUILT);
  const advice = 'Name one that the nodes have or can pull: IMAGE=registry.example/orders:1.0.0 npm run test:cluster';
  if (loader === undefined) {
    throw new ClusterError(
      'refused',
      `an image that is built here does not come to the nodes of ${context}. ${advice}`,
    );
  }
  try {
    await runTool('docker', ['build', '--file', 'deploy/Dockerfile', '--tag', BUILT, '.'], BUILD_WITHIN_MS);
    if (loader !== 'shared') await runTool(loader[0], loader.slice(1), LOAD_WITHIN_MS);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ClusterError('refused', `the image of the demo could not be made: ${reason}. ${advice}`);
  }
  return { name: BUILT, pullPolicy: 'Never' };
}
