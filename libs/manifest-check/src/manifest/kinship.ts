import { type Resource } from './resource.js';
import { type Workload } from './workload.js';

const ENDINGS = /-(?:service|svc|headless|lb|http|web|pdb|budget|disruption-budget)$/;

/**
 * The workload that a Service or a budget is meant for by its name, in its namespace: the pods of others may be in files
 * that are not checked, so the name is all there is to go by when a selector chooses nothing.
 */
export function namesakeOf({ name, namespace }: Resource, workloads: readonly Workload[]): Workload | undefined {
  const near = workloads.filter((workload) => workload.namespace === namespace);
  const wanted = new Set([name, name.replace(ENDINGS, '')]);
  return near.find((workload) => wanted.has(workload.name));
}
