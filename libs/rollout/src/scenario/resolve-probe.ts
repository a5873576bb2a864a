import { type WrittenProbe } from './option-schema.js';
import { type Probe } from './scenario.js';

const DEFAULT_PERIOD_MS = 10_000;

/** A probe of Kubernetes' own defaults that asks this path. */
function probeOf(path: string, containerPort: number): Probe {
  return resolvedProbe({ kind: 'http-get', path, containerPort, headers: {} }, DEFAULT_PERIOD_MS);
}

/** A probe with Kubernetes' own defaults for the rest. */
export function resolvedProbe(action: Probe['action'], periodMs: number): Probe {
  return {
    action,
    initialDelayMs: 0,
    periodMs,
    timeoutMs: 1000,
    successThreshold: 1,
    failureThreshold: 3,
  };
}

/** A probe as written; none where none is. */
export function resolveProbe(written: WrittenProbe | undefined, trafficPort: number): Probe | undefined {
  if (written === undefined || written === false) return undefined;
  if (typeof written === 'string') return probeOf(written, trafficPort);
  return {
    action: toAction(written, written.port ?? trafficPort),
    initialDelayMs: written.initialDelay,
    periodMs: written.period,
    timeoutMs: written.timeout,
    successThreshold: written.successThreshold,
    failureThreshold: written.failureThreshold,
  };
}

function toAction(written: Exclude<WrittenProbe, false | string>, containerPort: number): Probe['action'] {
  if (written.exec !== undefined) return { kind: 'exec', command: written.exec };
  if (written.grpc !== undefined && written.grpc !== false) {
    return { kind: 'grpc', containerPort, service: written.grpc === true ? '' : written.grpc };
  }
  if (written.tcp === true) return { kind: 'tcp-socket', containerPort };
  return { kind: 'http-get', path: written.path ?? '/', containerPort, headers: written.headers ?? {} };
}
