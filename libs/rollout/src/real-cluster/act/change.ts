import { type DeploymentObject } from '../api/objects.js';
import { ClusterError } from '../api/cluster-error.js';

/** `kubectl rollout restart` writes the same. */
export const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';

/** What is changed in a Deployment, and how it is taken back. */
export interface Change {
  /** In words, as in `a restart`. */
  readonly words: string;
  /** A strategic merge patch. */
  readonly patch: object;
  /** The patch that restores what was there. */
  readonly undo: object;
  /** Whether the template of a Deployment still is what this change made of it. */
  isOurs(deployment: DeploymentObject): boolean;
  /** Whether it is undone also after an update that went through: what ran before is to run again. */
  readonly isAlwaysUndone: boolean;
}

/** What `kubectl rollout restart` does. */
export function restartOf(deployment: DeploymentObject, now: Date): Change {
  const before = deployment.spec.template.metadata?.annotations?.[RESTARTED_AT];
  const at = now.toISOString();
  const annotate = (value: string | null): object => ({
    spec: { template: { metadata: { annotations: { [RESTARTED_AT]: value } } } },
  });
  return {
    words: 'a restart',
    patch: annotate(at),
    undo: annotate(before ?? null),
    isOurs: ({ spec }) => spec.template.metadata?.annotations?.[RESTARTED_AT] === at,
    isAlwaysUndone: false,
  };
}

/**
 * Another image for a container, for the time of the rehearsal.
 *
 * @param written `registry/orders:2`, or `app=registry/orders:2` where the pod has several containers
 * @throws ClusterError when it is not clear which container is meant
 */
export function imageOf(deployment: DeploymentObject, written: string): Change {
  const { containers } = deployment.spec.template.spec;
  const [, named, image = ''] = /^(?:([a-z0-9-]+)=)?(.+)$/.exec(written) ?? [];
  const names = containers.map(({ name }) => name).join(', ');
  const chosen =
    named === undefined && containers.length === 1 ? containers[0] : containers.find(({ name }) => name === named);
  if (chosen === undefined) {
    throw new ClusterError(
      'refused',
      `--image ${written}: say which container it is for, as in --image ${containers[0]?.name ?? 'app'}=${image}; there are ${names}`,
    );
  }
  const { name, image: before = '' } = chosen;
  if (before === image) {
    throw new ClusterError(
      'refused',
      `--image ${written}: ${name} runs it already. Leave the flag out: a restart rolls the same image`,
    );
  }
  const withImage = (text: string): object => ({
    spec: { template: { spec: { containers: [{ name, image: text }] } } },
  });
  return {
    words: `the image ${image} in ${name}, and back`,
    patch: withImage(image),
    undo: withImage(before),
    isOurs: ({ spec }) => spec.template.spec.containers.find((one) => one.name === name)?.image === image,
    isAlwaysUndone: true,
  };
}
