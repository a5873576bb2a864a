import { workloadRule } from '../rule-kinds/rule.js';
import { probeOf } from '../manifest/probe.js';
import { wholeNumber } from '../manifest/whole-number.js';
import { formatMs } from '../settings/duration.js';
import { type Field } from '../source/field.js';

/** A rollout must not be called failed while its pods are still starting. */
export const progressDeadlineTooShort = workloadRule({
  id: 'progress-deadline-too-short',
  severity: 'warning',
  summary: 'progressDeadlineSeconds is shorter than a pod may take to start and stay ready',
  *check({ kind, spec, main }, { facts }) {
    const field = spec.at('progressDeadlineSeconds');
    const [deadlineMs, minReadyMs] = [msOf(field), msOf(spec.at('minReadySeconds'))];
    if (kind !== 'Deployment' || !field.exists || deadlineMs === undefined || minReadyMs === undefined) return;
    const startup = probeOf(main, 'startupProbe');
    const allowedMs =
      startup.kind === 'none' ? 0 : startup.initialDelayMs + startup.failureThreshold * startup.periodMs;
    const startMs = Math.max(allowedMs, facts.bootMs ?? 0);
    const { initialDelayMs, periodMs } = probeOf(main, 'readinessProbe');
    const neededMs = minReadyMs + startMs + initialDelayMs + periodMs;
    if (deadlineMs > neededMs) return;
    const isRefused = deadlineMs <= minReadyMs;
    yield {
      at: field,
      severity: isRefused ? 'error' : 'warning',
      message:
        `the rollout counts as failed after ${formatMs(deadlineMs)}, but a pod may take ${formatMs(startMs)} to start, ` +
        `${formatMs(initialDelayMs + periodMs)} to be asked, and ${formatMs(minReadyMs)} to count as available`,
      why: isRefused
        ? 'The API server refuses a deadline that is not longer than minReadySeconds.'
        : 'A pipeline that waits for the rollout gives up, and rolls back pods that were about to be ready.',
      remedy: `progressDeadlineSeconds: ${Math.max(600, Math.ceil((neededMs * 2) / 1000))}`,
    };
  },
});

function msOf(field: Field): number | undefined {
  const seconds = wholeNumber(field, 0);
  return seconds === undefined ? undefined : seconds * 1000;
}
