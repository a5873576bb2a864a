import { type Access } from '../../libs/rollout/src/real-cluster/api/access.js';
import { productionSign } from '../../libs/rollout/src/real-cluster/target/production.js';

/** Contexts that the tools for clusters on one's own machine make. */
const LOCAL_CONTEXT =
  /^(kind-.+|k3d-.+|minikube|docker-desktop|rancher-desktop|orbstack|colima(-.+)?|microk8s|k3s-default)$/;
const LOCAL_SERVER =
  /^(localhost|127(\.\d+){3}|\[::1\]|0\.0\.0\.0|host\.docker\.internal|kubernetes\.docker\.internal)$/;

/**
 * Whether a cluster is one of this machine: by its context or its server. A tunnel has a local server too, so what looks like production never is.
 */
export function isLocal(access: Access): boolean {
  if (productionSign(access, '') !== undefined) return false;
  return LOCAL_CONTEXT.test(access.context) || LOCAL_SERVER.test(access.server.hostname);
}
