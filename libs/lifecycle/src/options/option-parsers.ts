import { constants } from 'node:os';
import { parseDuration, parseEnvironmentDuration } from '../deadline/duration.js';
import { hasOnlyKeys, INVALID, isRecord } from './option-field.js';
import { type CorrelationId, type LateRequestBody } from './graceful-shutdown-options.js';
import { type Range, type Settings } from './settings.js';

/** A duration, or `{ min, max }` of two, in milliseconds. */
export function parseRange(value: unknown): Range | typeof INVALID {
  if (isRecord(value) && !hasOnlyKeys(value, ['min', 'max'])) return INVALID;
  const [from, to] = isRecord(value) ? [value['min'], value['max']] : [value, value];
  return rangeOf(parseDuration(from), parseDuration(to));
}

/** `1s`, or `1s..5s`. */
export function parseRangeVariable(text: string): Range | typeof INVALID {
  const [first = '', last = first, ...more] = text.split('..');
  return more.length > 0 ? INVALID : rangeOf(parseEnvironmentDuration(first), parseEnvironmentDuration(last));
}

function rangeOf(min: number | undefined, max: number | undefined): Range | typeof INVALID {
  return min === undefined || max === undefined || min > max ? INVALID : { min, max };
}

/** Something to send as JSON, or what makes it. */
export function parseLateRequestBody(value: unknown): LateRequestBody | typeof INVALID {
  const isOne = typeof value === 'function' || (typeof value === 'object' && value !== null);
  return isOne ? value : INVALID;
}

/** Paths as clients write them, each at most with a star for what is below. */
export function parseExempt(value: unknown): readonly string[] | typeof INVALID {
  if (!Array.isArray(value)) return INVALID;
  const isPath = (path: unknown): path is string =>
    typeof path === 'string' && /^\/[^\s?#*]*\*?$/.test(path) && !path.includes('/:');
  return value.every((path) => isPath(path) && (!path.endsWith('*') || path.endsWith('/*'))) ? value : INVALID;
}

/** A function; what it returns is looked at when it is called. */
export function parseCorrelationId(value: unknown): CorrelationId | typeof INVALID {
  return typeof value === 'function' ? (value as CorrelationId) : INVALID;
}

/** A TCP port. */
export function parsePort(value: unknown): number | typeof INVALID {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65_535 ? value : INVALID;
}

/** Path before `/live`, `/ready`, `/startup`. */
export const DEFAULT_HEALTH_PATH = '/health';

/** Whether and where the ready-made probes are served. */
export function parseHealth(value: unknown): Settings['health'] | typeof INVALID {
  if (typeof value === 'boolean') return { isServed: value, path: DEFAULT_HEALTH_PATH };
  if (!isRecord(value) || !hasOnlyKeys(value, ['path'])) return INVALID;
  const path = value['path'] ?? DEFAULT_HEALTH_PATH;
  if (typeof path !== 'string' || !/^\/[\w\-./~]*$/.test(path)) return INVALID;
  return { isServed: true, path: path.replace(/\/+$/, '') };
}

/** How readiness behaves. */
export function parseReadiness(value: unknown): Settings['readiness'] | typeof INVALID {
  if (!isRecord(value) || !hasOnlyKeys(value, ['onShutdown', 'cacheFor', 'timeout'])) return INVALID;
  const onShutdown = value['onShutdown'] ?? 'fail';
  const cacheForMs = parseDuration(value['cacheFor'] ?? '1s');
  const timeoutMs = parseDuration(value['timeout'] ?? '800ms');
  if ((onShutdown !== 'fail' && onShutdown !== 'pass') || cacheForMs === undefined || !timeoutMs) return INVALID;
  return { onShutdown, cacheForMs, timeoutMs };
}

/** Those of this platform, and Windows' own; what cannot be heard left out. */
const SIGNAL_NAMES: ReadonlySet<string> = new Set(
  [...Object.keys(constants.signals), 'SIGBREAK'].filter((name) => name !== 'SIGKILL' && name !== 'SIGSTOP'),
);

/** Signals of this platform that can be heard. */
export function parseSignals(value: unknown): readonly NodeJS.Signals[] | typeof INVALID {
  if (!Array.isArray(value) || value.length === 0) return INVALID;
  const isName = (name: unknown): name is NodeJS.Signals => typeof name === 'string' && SIGNAL_NAMES.has(name);
  return value.every(isName) ? [...new Set(value)] : INVALID;
}
