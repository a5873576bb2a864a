import { type Service } from '../scenario/scenario.js';
import { type PodPort } from './free-ports.js';

/** Of a UUID. */
const UID_LENGTH = 36;

/** Carries a value of its own in every process of a pod: how those are found that have left its process group. */
export const POD_VARIABLE = 'ROLLOUT_POD';

/**
 * The environment of a pod's processes: ours, what every container in Kubernetes finds (its host name, and the API server's address,
 * by which programs recognize where they run), the service's own, and the ports. Whatever else the service's variables say of a
 * container port is said of its stand-in, as in a variable for metrics.
 */
export function podEnvironment(
  { env, podFields = {}, ports: declared }: Service,
  { pod, mark, ports }: { readonly pod: string; readonly mark: string; readonly ports: readonly PodPort[] },
  base: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const standIns = new Map(ports.map(({ containerPort, inside }) => [String(containerPort), String(inside)]));
  const cluster = { HOSTNAME: pod, KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: '443' };
  const own = Object.entries(env).map(([name, value]) => [name, standIns.get(value) ?? value] as const);
  const listening = declared.map(
    ({ variable, containerPort }) => [variable, standIns.get(String(containerPort))] as const,
  );
  // The mark is the only one of its kind, in this machine's life.
  const fields = { 'metadata.name': pod, 'metadata.uid': mark.slice(-UID_LENGTH) };
  const downward = Object.entries(podFields).map(([name, field]) => [name, fields[field]] as const);
  return {
    ...base,
    ...cluster,
    ...Object.fromEntries([...downward, ...own]),
    ...Object.fromEntries(listening),
    [POD_VARIABLE]: mark,
  };
}
