import { type Field } from '../source/field.js';
import { type Container } from './container.js';

/** A probe of a container, with Kubernetes' defaults for what is not written. */
export interface Probe {
  readonly field: Field;
  readonly kind: 'httpGet' | 'tcpSocket' | 'exec' | 'grpc' | 'none';
  readonly periodMs: number;
  readonly timeoutMs: number;
  readonly initialDelayMs: number;
  readonly failureThreshold: number;
}

/** Which probes there are. */
export type ProbeName = 'readinessProbe' | 'livenessProbe' | 'startupProbe';

const KINDS = ['httpGet', 'tcpSocket', 'exec', 'grpc'] as const;

/** A probe of a container; `none` when it has none. */
export function probeOf({ field: container }: Container, name: ProbeName): Probe {
  const field = container.at(name);
  const seconds = (key: string, fallback: number): number => (field.at(key).number ?? fallback) * 1000;
  return {
    field,
    kind: KINDS.find((kind) => field.at(kind).exists) ?? 'none',
    periodMs: seconds('periodSeconds', 10),
    timeoutMs: seconds('timeoutSeconds', 1),
    initialDelayMs: seconds('initialDelaySeconds', 0),
    failureThreshold: field.at('failureThreshold').number ?? 3,
  };
}

/** How long it takes from the first failure until the probe counts as failed. */
export function failingTimeMs({ failureThreshold, periodMs, timeoutMs }: Probe): number {
  return failureThreshold * periodMs + timeoutMs;
}
