import { type Cluster } from './cluster.js';
import { Container } from './container.js';
import { environmentOf } from './environment.js';
import { type Resource } from './resource.js';
import { type Field } from '../source/field.js';

/** A Job, a CronJob or KEDA's ScaledJob: its pods end by themselves, and are stopped like others when their node is drained or the Job is deleted. */
export interface JobPods {
  readonly job: Resource;
  /** The pod's own `spec`. */
  readonly pod: Field;
  readonly containers: readonly Container[];
}

/** Where each kind has the template of its pods. */
const JOBS: Readonly<Record<string, { readonly group: string; readonly template: readonly string[] }>> = {
  Job: { group: 'batch/', template: [] },
  CronJob: { group: 'batch/', template: ['jobTemplate', 'spec'] },
  ScaledJob: { group: 'keda.sh/', template: ['jobTargetRef'] },
};

/** Every one that says what it runs. */
export function jobsIn(cluster: Cluster): readonly JobPods[] {
  const jobs = Object.entries(JOBS).flatMap(([kind, { group }]) =>
    cluster.ofKind(kind).filter(({ apiVersion }) => apiVersion.startsWith(group)),
  );
  return jobs
    .map((job) => {
      const pod = job.root.at('spec', ...(JOBS[job.kind]?.template ?? []), 'template', 'spec');
      const configMap = (name: string): Resource | undefined => cluster.find('ConfigMap', name, job.namespace);
      const containers = pod
        .at('containers')
        .items.map((field) => new Container(field, environmentOf(field, configMap)));
      return { job, pod, containers: containers.filter(({ field }) => field.at('image').exists) };
    })
    .filter(({ containers }) => containers.length > 0);
}
