import { constants } from 'node:os';
import { parseDuration, parseEnvironmentDuration } from '../deadline/duration.js';
import { hasOnlyKeys, INVALID, isRecord } from './option-field.js';
import { type CorrelationId, type LateRequestBody } from './graceful-shutdown-options.js';
import { type LameDuck, type LongLivedSettings, type Range, type Settings } from './settings.js';

/** How long no request must have come before traffic counts as gone. */
export const QUIET_MS = 1000;

/** What somebody wrote of the lame duck; without `maxMs` it takes its default share. */
export type WrittenLameDuck = Omit<LameDuck, 'maxMs'> & { readonly maxMs: number | undefined };

/** A fixed time, or what ends it early. */
export function parseLameDuck(value: unknown): WrittenLameDuck | typeof INVALID {
  if (!isRecord(value)) {
    const ms = parseDuration(value);
    return ms === undefined ? INVALID : fixedLameDuck({ min: ms, max: ms });
  }
  if (!hasOnlyKeys(value, ['min', 'max', 'quiet', 'untilProbesFailed'])) return INVALID;
  const untilProbesFailed = optional(value['untilProbesFailed'], parseCount);
  const minMs = optional(value['min'], durationOrInvalid);
  const maxMs = optional(value['max'], durationOrInvalid);
  const quietMs = optional(value['quiet'], durationOrInvalid);
  if (untilProbesFailed === INVALID || minMs === INVALID || maxMs === INVALID || quietMs === INVALID) return INVALID;
  if (minMs !== undefined && maxMs !== undefined && minMs > maxMs) return INVALID;
  if (untilProbesFailed === undefined && (minMs === undefined || maxMs === undefined)) return INVALID;
  return {
    minMs: minMs ?? 0,
    maxMs,
    quietMs: quietMs ?? (untilProbesFailed === undefined ? QUIET_MS : undefined),
    untilProbesFailed,
    isExplicit: true,
  };
}

/** `5s`, or `2s..15s`. */
export function parseLameDuckVariable(text: string): WrittenLameDuck | typeof INVALID {
  const range = parseRangeVariable(text);
  return range === INVALID ? INVALID : fixedLameDuck(range);
}

function fixedLameDuck({ min, max }: Range): WrittenLameDuck {
  return { minMs: min, maxMs: max, quietMs: QUIET_MS, untilProbesFailed: undefined, isExplicit: true };
}

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
  if (typeof value === 'function' || (typeof value === 'object' && value !== null)) return value as LateRequestBody;
  return INVALID;
}

/** Paths as clients write them, each at most with a star for what is below. */
export function parseExempt(value: unknown): readonly string[] | typeof INVALID {
  if (!Array.isArray(value)) return INVALID;
  const isPath = (path: unknown): path is string => typeof path === 'string' && /^\/[^\s?#*]*\*?$/.test(path);
  return value.every((path) => isPath(path) && (!path.endsWith('*') || path.endsWith('/*'))) ? value : INVALID;
}

/** A function; what it returns is looked at when it is called. */
export function parseCorrelationId(value: unknown): CorrelationId | typeof INVALID {
  return typeof value === 'function' ? (value as CorrelationId) : INVALID;
}

/** What event streams and WebSockets get when nobody says otherwise. */
export const DEFAULT_LONG_LIVED: LongLivedSettings = {
  spreadMs: 5000,
  retryMs: { min: 1000, max: 5000 },
  closeCode: 1001,
  closeReason: 'server is shutting down',
  event: 'server-shutting-down',
};
/** A control frame carries 125 bytes, two of them the code (RFC 6455 §5.5). */
const LONGEST_REASON = 123;

/** How long-lived streams are told to go. */
export function parseLongLived(value: unknown): LongLivedSettings | typeof INVALID {
  if (!isRecord(value) || !hasOnlyKeys(value, ['spread', 'retry', 'closeCode', 'closeReason', 'event'])) return INVALID;
  const defaults = DEFAULT_LONG_LIVED;
  const spreadMs = optional(value['spread'], durationOrInvalid) ?? defaults.spreadMs;
  const retryMs = optional(value['retry'], parseRange) ?? defaults.retryMs;
  const closeCode = value['closeCode'] ?? defaults.closeCode;
  const closeReason = value['closeReason'] ?? defaults.closeReason;
  const event = value['event'] ?? defaults.event;
  if (spreadMs === INVALID || retryMs === INVALID || !isCloseCode(closeCode) || !isName(event)) return INVALID;
  if (typeof closeReason !== 'string' || Buffer.byteLength(closeReason) > LONGEST_REASON) return INVALID;
  return { spreadMs, retryMs, closeCode, closeReason, event };
}

/** Those an endpoint may send: 1004 to 1006 are reserved (RFC 6455 §7.4). */
function isCloseCode(code: unknown): code is number {
  if (typeof code !== 'number' || !Number.isInteger(code)) return false;
  return (code >= 3000 && code <= 4999) || (code >= 1000 && code <= 1014 && (code < 1004 || code > 1006));
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function parseCount(value: unknown): number | typeof INVALID {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : INVALID;
}

function durationOrInvalid(value: unknown): number | typeof INVALID {
  return parseDuration(value) ?? INVALID;
}

function optional<T>(value: unknown, parse: (value: unknown) => T | typeof INVALID): T | typeof INVALID | undefined {
  return value === undefined ? undefined : parse(value);
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
