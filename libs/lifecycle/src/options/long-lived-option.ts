import { INVALID, type Invalid, isInvalid } from './flaws.js';
import { durationPart, type OptionPart, parseParts } from './option-field.js';
import { parseRange } from './option-parsers.js';
import { type LongLivedSettings, type Range } from './settings.js';

/** The defaults of event streams and WebSockets. */
export const DEFAULT_LONG_LIVED: LongLivedSettings = {
  spreadMs: 5000,
  retryMs: { min: 1000, max: 5000 },
  closeCode: 1001,
  closeReason: 'server is shutting down',
  event: 'server-shutting-down',
};
/** A control frame carries 125 bytes, two of them the code (RFC 6455 §5.5). */
const LONGEST_REASON = 123;

const PARTS = {
  spread: durationPart("'5s'"),
  retry: {
    allowed: 'a duration, or { min, max } with min <= max',
    example: "{ min: '1s', max: '5s' }",
    parse: parseRange,
  } satisfies OptionPart<Range>,
  closeCode: {
    allowed: 'a code of 1000 to 1014 (but 1004 to 1006) or 3000 to 4999',
    example: '1001',
    parse: closeCodeOf,
  },
  closeReason: {
    allowed: `a text of ${LONGEST_REASON} bytes at most`,
    example: "'server is shutting down'",
    parse: (value: unknown) =>
      typeof value === 'string' && Buffer.byteLength(value) <= LONGEST_REASON ? value : INVALID,
  },
  event: {
    allowed: 'an event name that socket.io does not reserve',
    example: "'server-shutting-down'",
    parse: (value: unknown) => (isEventName(value) ? value : INVALID),
  },
};

/** How long-lived streams are ended. */
export function parseLongLived(value: unknown): LongLivedSettings | Invalid {
  const written = parseParts(value, PARTS);
  if (isInvalid(written)) return written;
  const { spread, retry, ...others } = written;
  return {
    ...DEFAULT_LONG_LIVED,
    ...(spread !== undefined && { spreadMs: spread }),
    ...(retry !== undefined && { retryMs: retry }),
    ...others,
  };
}

/** Event names that socket.io itself uses: https://socket.io/docs/v4/emit-cheatsheet/#reserved-events */
const RESERVED_EVENTS: ReadonlySet<string> = new Set([
  'connect',
  'connect_error',
  'disconnect',
  'disconnecting',
  'newListener',
  'removeListener',
]);

function isEventName(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && !RESERVED_EVENTS.has(value);
}

/** A close code that an endpoint may send: 1004 to 1006 are reserved (RFC 6455 §7.4). */
function closeCodeOf(code: unknown): number | typeof INVALID {
  if (typeof code !== 'number' || !Number.isInteger(code)) return INVALID;
  const isDefined = code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
  return isDefined || (code >= 3000 && code <= 4999) ? code : INVALID;
}
