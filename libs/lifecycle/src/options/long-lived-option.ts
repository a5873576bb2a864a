import { durationOf, INVALID, parseFields } from './option-field.js';
import { parseRange } from './option-parsers.js';
import { type LongLivedSettings } from './settings.js';

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

const PARSERS = {
  spread: durationOf,
  retry: parseRange,
  closeCode: closeCodeOf,
  closeReason: (value: unknown) =>
    typeof value === 'string' && Buffer.byteLength(value) <= LONGEST_REASON ? value : INVALID,
  event: (value: unknown) => (isEventName(value) ? value : INVALID),
};

/** How long-lived streams are told to go. */
export function parseLongLived(value: unknown): LongLivedSettings | typeof INVALID {
  const written = parseFields(value, PARSERS);
  if (written === INVALID) return INVALID;
  const { spread, retry, ...others } = written;
  return {
    ...DEFAULT_LONG_LIVED,
    ...(spread !== undefined && { spreadMs: spread }),
    ...(retry !== undefined && { retryMs: retry }),
    ...others,
  };
}

/** Those that mean something to socket.io itself: https://socket.io/docs/v4/emit-cheatsheet/#reserved-events */
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

/** Those an endpoint may send: 1004 to 1006 are reserved (RFC 6455 §7.4). */
function closeCodeOf(code: unknown): number | typeof INVALID {
  if (typeof code !== 'number' || !Number.isInteger(code)) return INVALID;
  const isDefined = code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
  return isDefined || (code >= 3000 && code <= 4999) ? code : INVALID;
}
