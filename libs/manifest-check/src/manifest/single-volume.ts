import { exclusiveModeOf } from './exclusive.js';
import { isForeign } from './foreign.js';
import { type Cluster } from './cluster.js';
import { type Workload } from './workload.js';

/** A volume that pods on two nodes cannot have at the same time, by its claim; `undefined` where there is none. */
export function singleVolumeOf(workload: Workload, cluster: Cluster): string | undefined {
  const claims = workload.pod.at('volumes').items.map((volume) => volume.at('persistentVolumeClaim', 'claimName').text);
  return claims.find((claim) => exclusiveModeOf(claim ?? '', workload, cluster) !== undefined);
}

/** The two ways out, each with its price: which one is right only people know. */
export function waysOut(workload: Workload, claim: string): string {
  const isOne = (workload.replicas ?? 1) <= 1 || workload.autoscalers.length > 0;
  const recreate = `${isOne ? '' : 'replicas: 1\n'}strategy:\n  type: Recreate`;
  if (isForeign(workload.main)) {
    return `${recreate}   # ${isOne ? '' : 'each server needs a volume of its own, as the pods of a StatefulSet have; '}its price: nothing answers from the end of the old pod until the new one is ready. Never a volume that two pods share: two servers on one data directory lose data`;
  }
  return (
    `# either one pod at a time; its price: nothing answers from the end of the old pod until the new one is ready:\n${recreate}\n` +
    `# or several, without ${claim}: files in an object store or a database, or on storage that two pods can share\n` +
    '# (ReadWriteMany); its price: another storage, and a service that may not keep its files to itself'
  );
}
