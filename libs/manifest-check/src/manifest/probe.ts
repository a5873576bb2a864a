import { type Field } from '../source/field.js';
import { type Container } from './container.js';
import { wholeNumber } from './whole-number.js';

/** A probe of a container, with Kubernetes' defaults for what is not written. */
export interface Probe {
  readonly field: Field;
  /** `none` also where its times cannot be read. */
  readonly kind: 'httpGet' | 'tcpSocket' | 'exec' | 'grpc' | 'none';
  readonly periodMs: number;
  readonly timeoutMs: number;
  readonly initialDelayMs: number;
  readonly failureThreshold: number;
}

/** Which probes there are. */
export type ProbeName = 'readinessProbe' | 'livenessProbe' | 'startupProbe';

/** What a probe may ask. */
export const PROBE_KINDS = ['httpGet', 'tcpSocket', 'exec', 'grpc'] as const;

const DEFAULTS = { initialDelaySeconds: 0, periodSeconds: 10, timeoutSeconds: 1, failureThreshold: 3 };
const KEYS = Object.keys(DEFAULTS);

/** A probe of a container; `none` when it has none. */
export function probeOf({ field: container }: Container, name: ProbeName): Probe {
  const field = container.at(name);
  const isReadable = KEYS.every((key) => wholeNumber(field.at(key), 0) !== undefined);
  const number = (key: keyof typeof DEFAULTS): number => wholeNumber(field.at(key), DEFAULTS[key]) ?? DEFAULTS[key];
  return {
    field,
    kind: (isReadable ? PROBE_KINDS.find((kind) => field.at(kind).exists) : undefined) ?? 'none',
    periodMs: number('periodSeconds') * 1000,
    timeoutMs: number('timeoutSeconds') * 1000,
    initialDelayMs: number('initialDelaySeconds') * 1000,
    failureThreshold: number('failureThreshold'),
  };
}

/** How long it takes from the first failure until the probe counts as failed. */
export function failingTimeMs({ failureThreshold, periodMs, timeoutMs }: Probe): number {
  return failureThreshold * periodMs + timeoutMs;
}
