import { type PartialReport, workloadRule } from '../rule-kinds/rule.js';
import { exclusiveOf } from '../manifest/exclusive.js';
import { isForeign } from '../manifest/foreign.js';
import { type Field } from '../source/field.js';
import { type Workload } from '../manifest/workload.js';
import { type RollingUpdate, rollingUpdateOf } from '../manifest/rolling-update.js';

/** At every moment of a rollout one pod has to be ready. */
export const rolloutLeavesNoPod = workloadRule({
  id: 'rollout-leaves-no-pod',
  severity: 'error',
  summary: 'A rollout may leave no pod available, or cannot go on',
  *check(workload, { cluster }) {
    if (workload.services.length === 0) return;
    const report = allAtOnce(workload) ?? ofDeployment(workload);
    const exclusive = report && exclusiveOf(workload, cluster);
    if (report !== undefined)
      yield exclusive === undefined ? report : { ...report, remedy: `${exclusive.remedy}\n${report.remedy}` };
  },
});

function ofDeployment(workload: Workload): PartialReport | undefined {
  const update = rollingUpdateOf(workload);
  const { replicas = 0 } = workload;
  if (update === undefined || replicas === 0) return undefined;
  if (isStuck(update)) return stuck(update);
  // A single database may have to stop before the next one can open its files.
  return replicas === 1 && isForeign(workload.main) ? undefined : emptied(update, replicas);
}

/** DaemonSets and StatefulSets have no surge by default: what may be missing is stopped first. */
function allAtOnce(workload: Workload): PartialReport | undefined {
  const { kind, spec } = workload;
  const at = spec.at('updateStrategy', 'rollingUpdate', 'maxUnavailable');
  const type = spec.at('updateStrategy', 'type').text ?? 'RollingUpdate';
  if (type !== 'RollingUpdate' || !isOfAll(at, workload)) return undefined;
  const isGated = kind === 'StatefulSet';
  return {
    at,
    severity: isGated ? 'warning' : 'error',
    message: `with maxUnavailable ${at.text ?? ''} a rollout stops all pods at once${isGated ? ', where the feature gate MaxUnavailableStatefulSet is on' : ''}`,
    why: 'The old pods are stopped before a new one is ready: until then every request is refused.',
    remedy: 'maxUnavailable: 1',
  };
}

function isOfAll({ text, number = 0 }: Field, { kind, replicas = 0 }: Workload): boolean {
  if (kind === 'DaemonSet') return isShareOfAll(text);
  return kind === 'StatefulSet' && replicas > 1 && (isShareOfAll(text) || number >= replicas);
}

function isShareOfAll(text: string | undefined): boolean {
  return /^\d+%$/.test(text ?? '') && Number.parseInt(text ?? '', 10) >= 100;
}

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
