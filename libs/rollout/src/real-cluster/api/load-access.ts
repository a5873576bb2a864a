import { nearestName } from 'nestjs-lifecycle/options';
import { type RequestOptions } from 'node:https';
import { type Access } from './access.js';
import { ClusterError } from './cluster-error.js';
import { toError } from './refusal.js';

/** What is used of the official client: where a cluster is and who asks. Its own requests and watches are not used. */
interface KubeConfig {
  loadFromDefault(): void;
  getContexts(): readonly { readonly name: string }[];
  getCurrentContext(): string | undefined;
  setCurrentContext(name: string): void;
  getContextObject(name: string): {
    readonly cluster: string;
    readonly user: string;
    readonly namespace?: string | undefined;
  } | null;
  getCurrentCluster(): { readonly name: string; readonly server: string } | null;
  applyToHTTPSOptions(options: RequestOptions): Promise<void>;
}

/** How the official client is loaded; a test has another. */
export type LoadClient = () => Promise<unknown>;

const CLIENT = '@kubernetes/client-node';

/** It is large and only needed here, so it is no dependency: a name in a variable keeps compilers and bundlers from asking for it. */
const importClient: LoadClient = async () => {
  const name: string = CLIENT;
  return import(name);
};

/**
 * What the kubeconfig says: `KUBECONFIG`, `~/.kube/config`, or the service account of a pod.
 *
 * @param context another context than the current one
 * @throws ClusterError when there is none, or it cannot be used
 */
export async function loadAccess(context?: string, loadClient: LoadClient = importClient): Promise<Access> {
  const config = await newKubeConfig(loadClient);
  try {
    config.loadFromDefault();
  } catch (error) {
    throw new ClusterError(
      'kubeconfig',
      `the kubeconfig cannot be read: ${toError(error).message}. Correct it, or name another one: export KUBECONFIG=~/.kube/config`,
    );
  }
  const name = chooseContext(config, context);
  config.setCurrentContext(name);
  const chosen = config.getContextObject(name);
  const cluster = config.getCurrentCluster();
  if (chosen === null || cluster === null || !URL.canParse(cluster.server)) {
    throw new ClusterError(
      'kubeconfig',
      `the context ${name} names a cluster that the kubeconfig does not have, or one without an address: see kubectl config view --context ${name} --minify`,
    );
  }
  return {
    context: name,
    cluster: cluster.name,
    user: chosen.user,
    namespace: chosen.namespace ?? 'default',
    server: new URL(cluster.server),
    options: () => optionsOf(config, name),
  };
}

async function newKubeConfig(loadClient: LoadClient): Promise<KubeConfig> {
  let client: unknown;
  try {
    client = await loadClient();
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new ClusterError(
      'client-missing',
      `a cluster is reached with the official client, which is not installed: npm install --save-dev ${CLIENT}@1.4.0`,
    );
  }
  // The package's own types are not at hand where it is not installed; each version from 1.0 has this class with these methods.
  const { KubeConfig: Loaded } = client as { readonly KubeConfig?: new () => KubeConfig };
  if (typeof Loaded !== 'function') {
    throw new ClusterError(
      'client-missing',
      `this ${CLIENT} has no KubeConfig: npm install --save-dev ${CLIENT}@1.4.0`,
    );
  }
  return new Loaded();
}

function isMissing(error: unknown): boolean {
  const failure = toError(error);
  const code = 'code' in failure ? failure.code : undefined;
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
}

/** Without any kubeconfig the client makes one up, for a server on this machine; that is none that a user has named. */
function chooseContext(config: KubeConfig, wanted: string | undefined): string {
  const names = config.getContexts().map(({ name }) => name);
  const current = config.getCurrentContext();
  if (names.length === 0 || (names.length === 1 && names[0] === 'loaded-context')) {
    throw new ClusterError(
      'kubeconfig',
      'there is no kubeconfig: name it, as in export KUBECONFIG=~/.kube/config, or make one with the tool of your provider, such as `kind export kubeconfig`',
    );
  }
  const name = wanted ?? current;
  if (name === undefined || name === '') {
    throw new ClusterError(
      'unknown-context',
      `the kubeconfig has no current context: choose one with --context: ${names.join(', ')}`,
    );
  }
  if (names.includes(name)) return name;
  const closest = nearestName(name, names);
  const advice = closest === undefined ? '' : `Did you mean --context ${closest}? `;
  throw new ClusterError('unknown-context', `there is no context ${name}. ${advice}There are: ${names.join(', ')}`);
}

async function optionsOf(config: KubeConfig, context: string): Promise<RequestOptions> {
  const options: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    throw new ClusterError(
      'credentials',
      `the credentials of the context ${context} cannot be had: ${toError(error).message}. See whether this works: kubectl --context ${context} get pods`,
    );
  }
  return options;
}
