import { readFile } from '../platforms/read-file.js';
import { type TextFile } from '../source/source.js';
import { Cluster } from './cluster.js';
import { type Workload } from './workload.js';

/**
 * The workloads of some files, with everything that belongs to them, for whoever wants to know how a service runs.
 *
 * @throws UnusableInput for the first file that cannot be read
 */
export function readWorkloads(files: readonly TextFile[]): readonly Workload[] {
  return new Cluster(files.flatMap((file) => readFile(file).resources)).workloads;
}
