import { describeError } from '../errors/lifecycle-error.js';
import { type LifecycleEvent } from '../events/lifecycle-event.js';
import { type HookReport, type NestHookReport, type ResourceReport } from '../report/shutdown-report.js';

/** When it began. */
export type StartOf = Pick<HookReport, 'startedMs'>;

/** What became of a hook. */
export function hookReport(event: Extract<LifecycleEvent, { type: 'hook-settled' }>, start: StartOf): HookReport {
  const { name, phase, priority, result } = event;
  const report = { name, phase, priority, result, ...start, durationMs: Math.round(event.durationMs) };
  return result === 'done' ? report : { ...report, error: describeError(event.error) };
}

/** What became of a hook that Nest calls. */
export function nestHookReport(
  event: Extract<LifecycleEvent, { type: 'nest-hook-settled' }>,
  start: StartOf,
): NestHookReport {
  const { name, result } = event;
  const report = { name, result, ...start, durationMs: Math.round(event.durationMs) };
  return result === 'done' ? report : { ...report, error: describeError(event.error) };
}

/** What became of a resource. */
export function resourceReport(
  event: Extract<LifecycleEvent, { type: 'resource-settled' }>,
  start: StartOf,
): ResourceReport {
  const { name, resource: type, priority, result, error } = event;
  const report = { name, type, priority, result, ...start, durationMs: Math.round(event.durationMs) };
  return error === undefined ? report : { ...report, error: describeError(error) };
}
