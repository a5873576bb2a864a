import { constants } from 'node:os';
import { inspect } from 'node:util';
import { parseDuration, parseEnvironmentDuration } from '../deadline/duration.js';
import { type Flaw, Flaws, INVALID, type Invalid, isInvalid } from './flaws.js';
import { type CorrelationId, type IntakeStop, type LateRequestBody } from './graceful-shutdown-options.js';
import { parseEventLoop } from './event-loop-option.js';
import { durationPart, isRecord, missing, parseParts } from './option-field.js';
import { type Range, type Settings } from './settings.js';
import { UNSEEN_KINDS, type UnseenKind } from './unseen-kinds.js';

const RANGE_PARTS = { min: durationPart("'1s'"), max: durationPart("'5s'") };

/** A duration, or `{ min, max }` of two, in milliseconds. */
export function parseRange(value: unknown): Range | Invalid {
  if (!isRecord(value)) {
    const ms = parseDuration(value);
    return rangeOf(ms, ms);
  }
  const written = parseParts(value, RANGE_PARTS);
  if (isInvalid(written)) return written;
  const { min, max } = written;
  if (min === undefined) return new Flaws([missing('min', RANGE_PARTS.min)]);
  if (max === undefined) return new Flaws([missing('max', RANGE_PARTS.max)]);
  return min > max ? upsideDown(value) : { min, max };
}

/** `min` is more than `max`. */
export function upsideDown({ min, max }: Record<string, unknown>): Flaws {
  const allowed = `a duration no longer than max, ${inspect(max)}`;
  return new Flaws([{ path: '.min', received: min, remedy: { allowed, example: inspect(max) } }]);
}

/** `1s`, or `1s..5s`. */
export function parseRangeVariable(text: string): Range | typeof INVALID {
  const [first = '', last = first, ...more] = text.split('..');
  return more.length > 0 ? INVALID : rangeOf(parseEnvironmentDuration(first), parseEnvironmentDuration(last));
}

function rangeOf(min: number | undefined, max: number | undefined): Range | typeof INVALID {
  return min === undefined || max === undefined || min > max ? INVALID : { min, max };
}

/** A value to send as JSON, or a function that makes one. */
export function parseLateRequestBody(value: unknown): LateRequestBody | typeof INVALID {
  const isOne = typeof value === 'function' || (typeof value === 'object' && value !== null);
  return isOne ? value : INVALID;
}

/** A function; what it returns is checked when it is called. */
export function parseCorrelationId(value: unknown): CorrelationId | typeof INVALID {
  return typeof value === 'function' ? (value as CorrelationId) : INVALID;
}

/** Names, each a text. */
export function parseNames(value: unknown): readonly string[] | typeof INVALID {
  if (!Array.isArray(value)) return INVALID;
  const isName = (name: unknown): name is string => typeof name === 'string' && name.trim() !== '';
  return value.every(isName) ? value : INVALID;
}

/** When sources stop, by their names. Whether there is such a source is known when the application has started. */
export function parseIntake(value: unknown): Settings['intake'] | Invalid {
  if (!isRecord(value)) return INVALID;
  const intakes: Record<string, IntakeStop> = {};
  const flaws: Flaw[] = [];
  for (const [name, received] of Object.entries(value)) {
    if (received === 'lame-duck' || received === 'drain') intakes[name] = received;
    else {
      const remedy = { allowed: "'lame-duck' or 'drain'", example: "'drain'" };
      flaws.push({ path: `[${inspect(name)}]`, received, remedy });
    }
  }
  return flaws.length > 0 ? new Flaws(flaws) : intakes;
}

/** A TCP port. */
export function parsePort(value: unknown): number | typeof INVALID {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65_535 ? value : INVALID;
}

/** Path before `/live`, `/ready`, `/startup`. */
export const DEFAULT_HEALTH_PATH = '/health';

/** Where the ready-made probes are, below a path. */
export function readyMadePaths(path: string): readonly string[] {
  return ['/live', '/ready', '/startup'].map((name) => path + name);
}

const HEALTH_PARTS = {
  path: {
    allowed: "a path that starts with '/'",
    example: `'${DEFAULT_HEALTH_PATH}'`,
    parse: (value: unknown) => (typeof value === 'string' && /^\/[\w\-./~]*$/.test(value) ? value : INVALID),
  },
};

/** Whether and where the ready-made probes are served. */
export function parseHealth(value: unknown): Settings['health'] | Invalid {
  if (typeof value === 'boolean') return { isServed: value, path: DEFAULT_HEALTH_PATH };
  const written = parseParts(value, HEALTH_PARTS);
  if (isInvalid(written)) return written;
  const { path = DEFAULT_HEALTH_PATH } = written;
  return { isServed: true, path: path.replace(/\/+$/, '') };
}

const READINESS_PARTS = {
  onShutdown: {
    allowed: "'fail' or 'pass'",
    example: "'fail'",
    parse: (value: unknown) => (value === 'fail' || value === 'pass' ? value : INVALID),
  },
  cacheFor: durationPart("'1s'"),
  timeout: {
    allowed: "a duration of more than 0, such as '800ms'",
    example: "'800ms'",
    parse: (value: unknown) => parseDuration(value) || INVALID,
  },
  eventLoop: { allowed: 'true, false or { delay, utilization }', example: 'true', parse: parseEventLoop },
};

/** How readiness behaves, as it was written. */
export type WrittenReadiness = Omit<Settings['readiness'], 'onShutdown'> & {
  /** Without it the default holds, or what another option asks for. */
  readonly onShutdown?: 'fail' | 'pass' | undefined;
};

/** How readiness behaves. */
export function parseReadiness(value: unknown): WrittenReadiness | Invalid {
  const written = parseParts(value, READINESS_PARTS);
  if (isInvalid(written)) return written;
  const { onShutdown, cacheFor = 1000, timeout = 800, eventLoop } = written;
  return {
    onShutdown,
    cacheForMs: cacheFor,
    timeoutMs: timeout,
    eventLoop: eventLoop === false ? undefined : eventLoop,
  };
}

/** The signals of this platform and of Windows, without those that a process cannot handle. */
const SIGNAL_NAMES: ReadonlySet<string> = new Set(
  [...Object.keys(constants.signals), 'SIGBREAK'].filter((name) => name !== 'SIGKILL' && name !== 'SIGSTOP'),
);

/** Signals of this platform that a process can handle. */
export function parseSignals(value: unknown): readonly NodeJS.Signals[] | typeof INVALID {
  if (!Array.isArray(value) || value.length === 0) return INVALID;
  const isName = (name: unknown): name is NodeJS.Signals => typeof name === 'string' && SIGNAL_NAMES.has(name);
  return value.every(isName) ? [...new Set(value)] : INVALID;
}

/** Names of kinds; one that does not exist would be work that is believed to be accepted. */
export function parseUnseenKinds(value: unknown): readonly UnseenKind[] | typeof INVALID {
  if (!Array.isArray(value)) return INVALID;
  const isKind = (kind: unknown): kind is UnseenKind => UNSEEN_KINDS.some((known) => known === kind);
  return value.every(isKind) ? [...new Set(value)] : INVALID;
}

/** `true` closes all that are found, `false` none, and `{ except }` leaves some to the application. */
export function parseResources(value: unknown): Settings['resources'] | typeof INVALID {
  if (typeof value === 'boolean') return { areClosed: value, except: [] };
  if (!isRecord(value) || Object.keys(value).join() !== 'except' || !Array.isArray(value['except'])) return INVALID;
  const except: readonly unknown[] = value['except'];
  return except.every((token) => ['string', 'symbol', 'function'].includes(typeof token))
    ? { areClosed: true, except }
    : INVALID;
}
