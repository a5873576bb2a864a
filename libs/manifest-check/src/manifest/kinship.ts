import { isNearMiss } from './near-miss.js';
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

/** A workload that a selector misses by a letter in one of its values, or only by its namespace. */
export function missedBy(
  selector: ReadonlyMap<string, string>,
  { namespace }: Resource,
  workloads: readonly Workload[],
): Workload | undefined {
  if (selector.size === 0) return undefined;
  const wanted = [...selector];
  const isAway = (workload: Workload): boolean =>
    workload.namespace !== namespace && wanted.every(([key, value]) => workload.labels.get(key) === value);
  const isMisspelt = ({ namespace: own, labels }: Workload): boolean => {
    const wrong = wanted.filter(([key, value]) => labels.get(key) !== value);
    const [first] = wrong;
    return (
      own === namespace && wrong.length === 1 && first !== undefined && isNearMiss(labels.get(first[0]) ?? '', first[1])
    );
  };
  return workloads.find(isMisspelt) ?? workloads.find(isAway);
}
