import { type Field } from '../source/field.js';
import { type Cluster } from './cluster.js';
import { type Workload } from './workload.js';

/** Something that only one pod may have, so that a new pod has to wait until an old one is gone. */
export interface Exclusive {
  readonly kind: 'port' | 'volume';
  /** What findings call it. */
  readonly name: string;
  /** What to write, so that pods may overlap. */
  readonly remedy: string;
}

/** What keeps the pods of a workload from overlapping in a rollout. */
export function exclusiveOf(workload: Workload, cluster: Cluster): Exclusive | undefined {
  if (hostPortOf(workload) !== undefined) {
    return {
      kind: 'port',
      name: 'a port of its node',
      remedy: '# without hostPort and hostNetwork, behind a Service (for ports of the nodes, of type NodePort):',
    };
  }
  const claims = workload.pod.at('volumes').items.map((volume) => volume.at('persistentVolumeClaim', 'claimName').text);
  const claim = claims.find((name) => exclusiveModeOf(name ?? '', workload, cluster) === 'ReadWriteOncePod');
  if (claim === undefined) return undefined;
  const remedy = '# with accessModes: [ReadWriteMany], where the storage can:';
  return { kind: 'volume', name: `the volume ${claim}, which is ReadWriteOncePod`, remedy };
}

/** With `hostNetwork` every port that a container declares is one of the node's. */
export function hostPortOf({ pod, containers }: Workload): Field | undefined {
  const ports = containers.flatMap(({ field }) => field.at('ports').items);
  const hostNetwork = pod.at('hostNetwork');
  if (hostNetwork.boolean === true) return ports.length > 0 ? hostNetwork : undefined;
  return ports.map((port) => port.at('hostPort')).find(({ number }) => number !== undefined && number > 0);
}

/** Whether a claim for one node is of a file share, by the name of its class: nothing there keeps a second node from mounting it. */
export function isOfFileShare({ text = '' }: Field, workload: Workload, cluster: Cluster): boolean {
  const storage = cluster.find('PersistentVolumeClaim', text, workload.namespace)?.root.at('spec', 'storageClassName');
  const isOfOneNode = exclusiveModeOf(text, workload, cluster) === 'ReadWriteOnce';
  return isOfOneNode && FILE_SHARE.test(storage?.text ?? '');
}

const FILE_SHARE = /(?:^|[-_.])(?:nfs|efs|filestore|azurefile|cephfs|glusterfs|smb)(?:$|[-_.\d])/i;

/** The mode of a claim that is for one node or for one pod; `undefined` for others, and for what no file has. */
export function exclusiveModeOf(claim: string, { namespace }: Workload, cluster: Cluster): string | undefined {
  const modes = cluster.find('PersistentVolumeClaim', claim, namespace)?.root.at('spec', 'accessModes').items ?? [];
  const names = modes.map(({ text }) => text);
  const isExclusive = names.every((name) => name === 'ReadWriteOnce' || name === 'ReadWriteOncePod');
  return isExclusive ? names[0] : undefined;
}
