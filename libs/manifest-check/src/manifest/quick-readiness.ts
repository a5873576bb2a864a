import { longerLameDuck } from './longer-lame-duck.js';
import { failingTimeMs, type Probe, probeOf } from './probe.js';
import { type Workload } from './workload.js';

/** Readiness that turns as quickly as it may without being taken for a pause of the event loop. */
export const QUICK = { periodMs: 2000, failureThreshold: 1, timeoutMs: 2000 } as const;
export const QUICK_TEXT = '  periodSeconds: 2\n  timeoutSeconds: 2\n  failureThreshold: 1';

/** The lame duck that is long enough when liveness restarts a container with such readiness, as text; none where it is. */
export function duckForRestarts(
  workload: Workload,
  readiness: Pick<Probe, 'failureThreshold' | 'periodMs' | 'timeoutMs'>,
  routingMs: number,
): readonly string[] {
  const { settings, main } = workload;
  const neededMs = failingTimeMs({ ...probeOf(main, 'readinessProbe'), ...readiness }) + routingMs;
  const isShort = settings.enabled && neededMs > settings.lameDuck.minMs;
  return isShort ? [longerLameDuck(workload, Math.ceil(neededMs / 1000))] : [];
}
