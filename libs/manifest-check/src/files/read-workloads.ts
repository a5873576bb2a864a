import { readFile } from './read-file.js';
import { type TextFile } from '../source/source.js';
import { Cluster } from '../manifest/cluster.js';
import { type Workload } from '../manifest/workload.js';

/**
 * The workloads of some files, with everything that belongs to them: how a service runs.
 *
 * @throws UnusableInput for the first file that cannot be read
 */
export function readWorkloads(files: readonly TextFile[]): readonly Workload[] {
  return new Cluster(files.flatMap((file) => readFile(file).resources)).workloads;
}

/**
 * The CronJobs of some files, each as a workload whose pods are those of its runs.
 *
 * @throws UnusableInput for the first file that cannot be read
 */
export function readCronJobs(files: readonly TextFile[]): readonly Workload[] {
  return new Cluster(files.flatMap((file) => readFile(file).resources)).cronJobs;
}
