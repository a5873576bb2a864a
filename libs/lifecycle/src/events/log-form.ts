import { callForeign } from '../errors/foreign-call.js';
import { type LogSurroundings } from './log-surroundings.js';
import { loggerParts } from './logger-parts.js';
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
    for (const part of loggerParts(logger)) {
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
