import { spawnSync } from 'node:child_process';
import { type Capability } from './machine.js';

/** The first kubectl whose kustomize has all that the manifests use. */
const OLDEST_MINOR = 27;

/** kubectl is installed, and new enough to render `deploy/overlays`. Debian's package is kubernetes-client. */
export const kubectlInstalled: Capability = {
  name: `kubectl 1.${OLDEST_MINOR} or later`,
  isAvailable: (minorVersion() ?? 0) >= OLDEST_MINOR,
};

function minorVersion(): number | undefined {
  const { stdout } = spawnSync('kubectl', ['version', '--client', '--output=json'], { encoding: 'utf8' });
  const [, minor] = /"minor":\s*"(\d+)/.exec(stdout ?? '') ?? [];
  return minor === undefined ? undefined : Number(minor);
}
