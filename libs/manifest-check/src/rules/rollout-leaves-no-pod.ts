import { type PartialReport, workloadRule } from '../rule-kinds/rule.js';
import { exclusiveOf } from '../manifest/exclusive.js';
import { isForeign } from '../manifest/foreign.js';
import { type RollingUpdate, rollingUpdateOf } from '../manifest/rolling-update.js';

/** At every moment of a rollout one pod has to be ready. */
export const rolloutLeavesNoPod = workloadRule({
  id: 'rollout-leaves-no-pod',
  severity: 'error',
  summary: 'A rollout may leave no pod available, or cannot go on',
  *check(workload, { cluster }) {
    const update = rollingUpdateOf(workload);
    const { replicas = 0, services } = workload;
    if (update === undefined || services.length === 0 || replicas === 0) return;
    // A single database may have to stop before the next one can open its files.
    const isSingle = replicas === 1 && isForeign(workload.main);
    const report = isStuck(update) ? stuck(update) : isSingle ? undefined : emptied(update, replicas);
    if (report === undefined) return;
    const exclusive = exclusiveOf(workload, cluster);
    yield exclusive === undefined ? report : { ...report, remedy: `${exclusive.remedy}\n${report.remedy}` };
  },
});

function isStuck({ field }: RollingUpdate): boolean {
  return isZero(field.at('maxSurge').text) && isZero(field.at('maxUnavailable').text);
}

function stuck({ field }: RollingUpdate): PartialReport {
  return {
    at: field.at('maxSurge'),
    message: 'maxSurge and maxUnavailable are both 0',
    why: 'No pod may be added and none be taken away, so the API server refuses the Deployment.',
    remedy: 'maxSurge: 1\nmaxUnavailable: 0',
  };
}

function emptied(
  { surge, unavailable, unavailableText, field }: RollingUpdate,
  replicas: number,
): PartialReport | undefined {
  // Where both come out as 0, the controller takes a pod away all the same.
  const missing = surge === 0 && unavailable === 0 ? 1 : unavailable;
  if (replicas - missing >= 1) return undefined;
  const pods = replicas === 1 ? '1 pod' : `${replicas} pods`;
  return {
    at: field.at('maxUnavailable'),
    message: `with maxUnavailable ${unavailableText} and maxSurge ${surge} a rollout of ${pods} leaves none`,
    why: 'The old pods are stopped before a new one is ready: until then every request is refused.',
    remedy: 'maxSurge: 1\nmaxUnavailable: 0',
  };
}

function isZero(text: string | undefined): boolean {
  return text === '0' || text === '0%';
}
