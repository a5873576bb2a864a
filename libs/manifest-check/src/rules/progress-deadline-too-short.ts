import { type PartialReport, workloadRule } from '../rule-kinds/rule.js';
import { type Container } from '../manifest/container.js';
import { type Probe, probeOf } from '../manifest/probe.js';
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
    const [deadlineMs, minReadyMs] = [msOf(field, DEFAULT_SECONDS), msOf(spec.at('minReadySeconds'), 0)];
    if (kind !== 'Deployment' || deadlineMs === undefined || minReadyMs === undefined) return;
    const never = neverReady(main, { deadlineMs, minReadyMs, field });
    const report =
      never ?? (field.exists ? seldomReady(main, { deadlineMs, minReadyMs, field }, facts.bootMs ?? 0) : undefined);
    if (report !== undefined) yield report;
  },
});

/** Where a pod that uses what it is allowed is too late. */
function seldomReady(
  main: Container,
  { field, deadlineMs, minReadyMs }: Deadline,
  bootMs: number,
): PartialReport | undefined {
  const startup = probeOf(main, 'startupProbe');
  const allowedMs = startup.kind === 'none' ? 0 : startup.initialDelayMs + startup.failureThreshold * startup.periodMs;
  const startMs = Math.max(allowedMs, bootMs);
  const { initialDelayMs, periodMs } = probeOf(main, 'readinessProbe');
  const neededMs = minReadyMs + startMs + initialDelayMs + periodMs;
  if (deadlineMs > neededMs) return undefined;
  const isRefused = deadlineMs <= minReadyMs;
  return {
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
}

/** What Kubernetes gives a rollout that says nothing. */
const DEFAULT_SECONDS = 600;

interface Deadline {
  readonly field: Field;
  readonly deadlineMs: number;
  readonly minReadyMs: number;
}

/** Where even a pod that starts in no time is asked too late. */
function neverReady(main: Container, { field, deadlineMs, minReadyMs }: Deadline): PartialReport | undefined {
  const readiness = probeOf(main, 'readinessProbe');
  const startup = probeOf(main, 'startupProbe');
  if (readiness.kind === 'none' || minReadyMs >= deadlineMs) return undefined;
  const successes = wholeNumber(readiness.field.at('successThreshold'), 1) ?? 1;
  const askedMs =
    Math.max(readiness.initialDelayMs, startup.initialDelayMs) + Math.max(0, successes - 1) * readiness.periodMs;
  if (askedMs + minReadyMs < deadlineMs) return undefined;
  return {
    ...whereToWait(readiness, field, askedMs + minReadyMs),
    severity: 'error',
    message:
      `readiness cannot have passed before ${formatMs(askedMs)}${minReadyMs > 0 ? `, and has to last ${formatMs(minReadyMs)}` : ''}, ` +
      `but the rollout counts as failed after ${formatMs(deadlineMs)}${field.exists ? '' : ' (the default)'}`,
    why: 'Every rollout counts as failed before its first pod can be ready: a pipeline that waits for it gives up, and rolls back.',
  };
}

function whereToWait(
  { initialDelayMs, field }: Probe,
  deadline: Field,
  neededMs: number,
): Pick<PartialReport, 'at' | 'remedy'> {
  if (initialDelayMs > 0) {
    return {
      at: field.at('initialDelaySeconds'),
      remedy: 'initialDelaySeconds: 0   # of readinessProbe; a startupProbe waits for a slow start',
    };
  }
  return {
    at: deadline.exists ? deadline : field,
    remedy: `progressDeadlineSeconds: ${Math.ceil((neededMs * 2) / 1000)}`,
  };
}

function msOf(field: Field, fallback: number): number | undefined {
  const seconds = wholeNumber(field, fallback);
  return seconds === undefined ? undefined : seconds * 1000;
}
