import { parseDuration } from '../deadline/duration.js';
import { INVALID, type Invalid, isInvalid } from './flaws.js';
import { parseParts } from './option-field.js';

/** How busy the event loop may be while the service is ready. */
export interface EventLoopSettings {
  readonly delayMs: number;
  /** From 0 to 1. */
  readonly utilization: number;
}

/** A loop that is busy for that long cannot answer probes in time either. */
const DEFAULTS: EventLoopSettings = { delayMs: 500, utilization: 0.98 };

const PARTS = {
  delay: {
    allowed: "a duration of more than 0, such as '500ms'",
    example: "'500ms'",
    parse: (value: unknown) => parseDuration(value) || INVALID,
  },
  utilization: {
    allowed: 'a number of more than 0, and 1 at most',
    example: '0.98',
    parse: (value: unknown) => (typeof value === 'number' && value > 0 && value <= 1 ? value : INVALID),
  },
};

/** `false` where it is off: `undefined` is a part that was left out. */
export function parseEventLoop(value: unknown): EventLoopSettings | false | Invalid {
  if (typeof value === 'boolean') return value && DEFAULTS;
  const written = parseParts(value, PARTS);
  if (isInvalid(written)) return written;
  const { delay = DEFAULTS.delayMs, utilization = DEFAULTS.utilization } = written;
  return { delayMs: delay, utilization };
}
