import { type Access } from '../../../libs/rollout/src/real-cluster/api/access.js';
import { TEST_CERTIFICATE } from '../test-certificate.js';
import { type KubeApi } from './kube-api.js';

/** What a kubeconfig would say of a server, without one. */
export function accessTo(
  api: KubeApi,
  {
    token = 'token-of-the-developer',
    trusts = true,
    server = new URL(api.origin),
  }: { readonly token?: string; readonly trusts?: boolean; readonly server?: URL } = {},
): Access {
  return {
    context: 'kind-shop',
    cluster: 'kind-shop',
    user: 'developer',
    namespace: api.namespace,
    server,
    options: async () => ({
      ...(trusts && { ca: TEST_CERTIFICATE.cert }),
      headers: { authorization: `Bearer ${token}` },
    }),
  };
}
