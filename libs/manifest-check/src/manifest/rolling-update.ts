import { type Field } from '../source/field.js';
import { type Workload } from './workload.js';

/** How many pods a rollout may have too many and too few, as the Deployment controller counts them. */
export interface RollingUpdate {
  readonly field: Field;
  readonly surge: number;
  readonly unavailable: number;
  /** What the file has for `unavailable`, or `25%`, which is the default. */
  readonly unavailableText: string;
}

const DEFAULT_SHARE = '25%';

/** The rolling update of a Deployment, and the canary of a Rollout that writes one; `undefined` for everything else, and for other strategies. */
export function rollingUpdateOf({ kind, spec, replicas }: Workload): RollingUpdate | undefined {
  const field = FIELDS[kind]?.(spec);
  if (field === undefined || replicas === undefined) return undefined;
  return {
    field,
    // A share of pods is rounded up for the surge and down for those that may be missing.
    surge: Math.ceil(shareOf(field.at('maxSurge').text, replicas)),
    unavailable: Math.floor(shareOf(field.at('maxUnavailable').text, replicas)),
    unavailableText: field.at('maxUnavailable').text ?? DEFAULT_SHARE,
  };
}

const FIELDS: Readonly<Record<string, (spec: Field) => Field | undefined>> = {
  Deployment(spec) {
    const type = spec.at('strategy', 'type').text ?? 'RollingUpdate';
    return type === 'RollingUpdate' ? spec.at('strategy', 'rollingUpdate') : undefined;
  },
  Rollout(spec) {
    const canary = spec.at('strategy', 'canary');
    return canary.at('maxUnavailable').exists || canary.at('maxSurge').exists ? canary : undefined;
  },
};

function shareOf(text: string | undefined, replicas: number): number {
  const written = text ?? DEFAULT_SHARE;
  return written.endsWith('%') ? (Number.parseFloat(written) * replicas) / 100 : Number(written);
}
