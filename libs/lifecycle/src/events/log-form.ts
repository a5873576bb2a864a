import { callForeign } from '../errors/foreign-call.js';
import { type LogSurroundings } from './log-surroundings.js';
import { pinoStreamOf, printsPretty } from './pino-output.js';
import { isFormatter, printsFieldsOverLines } from './winston-output.js';

/** The form in which a logger gets a line. */
export type LogForm =
  /** An object with the sentence and its fields: text on one line, JSON with fields. */
  | 'record'
  /** The same, with a field `message` of its own: the logger copies fields and has no sentence in an object. */
  | 'record-with-message'
  /** The sentence alone: the logger would print the fields over many lines. */
  | 'sentence';

/** How deep to look for a logger inside that of the application, which often wraps one. */
const DEEPEST = 3;
const MOST_LOOKED_AT = 100;

/**
 * The form for a logger of the application. Libraries format a line after they got it, so the form is decided by what
 * can be read: the formats of winston are called with a sample, and the stream of pino shows whether JSON leaves it. An
 * unknown logger gets the record, which prints as its sentence. Never throws.
 */
export function logFormOf(logger: object, surroundings: LogSurroundings): LogForm {
  // A logger that cannot be read counts as unknown.
  const onError = (): void => undefined;
  const what = { name: 'the logger', fallback: 'record' as const, onError };
  return callForeign<LogForm>(what, () => {
    for (const part of partsOf(logger)) {
      const form = formOfPart(part, surroundings);
      if (form !== undefined) return form;
    }
    return 'record';
  });
}

function formOfPart(part: object, surroundings: LogSurroundings): LogForm | undefined {
  if (isFormatter(part)) return printsFieldsOverLines(part) ? 'sentence' : 'record';
  const stream = pinoStreamOf(part);
  if (stream !== undefined) return printsPretty(stream, surroundings) ? 'sentence' : 'record';
  return isBunyan(part) ? 'record-with-message' : undefined;
}

/**
 * bunyan takes the text of a line from the arguments after an object, and never from the object. Read in 1.8 and 2.0.
 */
function isBunyan(part: object): boolean {
  const streams: unknown = Reflect.get(part, 'streams');
  return (
    Array.isArray(streams) &&
    typeof Reflect.get(part, 'addSerializers') === 'function' &&
    typeof Reflect.get(part, 'child') === 'function'
  );
}

/** A logger and the objects it holds, the nearest first. */
function* partsOf(logger: object): Generator<object> {
  const seen = new Set<object>([logger]);
  let level: readonly object[] = [logger];
  for (let depth = 0; depth <= DEEPEST && level.length > 0; depth += 1) {
    yield* level;
    const next = level.flatMap(heldBy).filter((held) => !seen.has(held));
    level = next.slice(0, Math.max(0, MOST_LOOKED_AT - seen.size));
    for (const held of level) seen.add(held);
  }
}

/**
 * The objects in the fields of another, and in an accessor `logger`, which nestjs-pino has. No other accessor is
 * called.
 */
function heldBy(holder: object): object[] {
  const own = Object.values(Object.getOwnPropertyDescriptors(holder)).map(({ value }): unknown => value);
  return [...own, Reflect.get(holder, 'logger')].filter(isObject);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
