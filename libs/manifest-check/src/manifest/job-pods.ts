import { type Cluster } from './cluster.js';
import { Container } from './container.js';
import { environmentOf } from './environment.js';
import { type Resource } from './resource.js';
import { type Field } from '../source/field.js';

/** A Job or CronJob: its pods end by themselves, and are stopped like others when their node is drained or the Job is deleted. */
export interface JobPods {
  readonly job: Resource;
  /** The pod's own `spec`. */
  readonly pod: Field;
  readonly containers: readonly Container[];
}

/** Every Job and CronJob that says what it runs. */
export function jobsIn(cluster: Cluster): readonly JobPods[] {
  const jobs = [...cluster.ofKind('Job'), ...cluster.ofKind('CronJob')];
  return jobs
    .filter(({ apiVersion }) => apiVersion.startsWith('batch/'))
    .map((job) => {
      const spec = job.kind === 'Job' ? job.root.at('spec') : job.root.at('spec', 'jobTemplate', 'spec');
      const pod = spec.at('template', 'spec');
      const configMap = (name: string): Resource | undefined => cluster.find('ConfigMap', name, job.namespace);
      const containers = pod
        .at('containers')
        .items.map((field) => new Container(field, environmentOf(field, configMap)));
      return { job, pod, containers: containers.filter(({ field }) => field.at('image').exists) };
    })
    .filter(({ containers }) => containers.length > 0);
}
