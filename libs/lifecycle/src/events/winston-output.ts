import { isObject } from '../errors/foreign-value.js';

/** A format of logform, as winston and its transports have one. */
interface Format {
  transform(info: object, options?: unknown): unknown;
  readonly options?: unknown;
}

/** A logger of winston, or one like it. */
interface Formatter {
  readonly format: Format;
  readonly transports?: unknown;
}

/** The symbols under which logform has the printed text and the level of a line; both are documented. */
const MESSAGE = Symbol.for('message');
const LEVEL = Symbol.for('level');

/** Fields as long and as deep as those of a report: a format with room for less breaks its lines. */
const FIELDS = {
  event: 'sample',
  report: {
    outcome: 'clean',
    durationMs: 1234,
    hooks: ['first', 'second', 'third'].map((name) => ({ name, durationMs: 12, result: 'done', priority: 50 })),
  },
};

/** Whether a logger formats lines by logform. */
export function isFormatter(part: object): part is Formatter {
  const write: unknown = Reflect.get(part, 'write');
  return typeof write === 'function' && isFormat(Reflect.get(part, 'format'));
}

/** Whether fields are printed on lines of their own: calls the formats with a sample with fields and one without. */
export function printsFieldsOverLines(logger: Formatter): boolean {
  const transports = Array.isArray(logger.transports) ? logger.transports : [];
  const formats = transports
    .filter((transport: unknown) => isObject(transport) && Reflect.get(transport, 'silent') !== true)
    .map((transport: object): unknown => Reflect.get(transport, 'format'));
  return [undefined, ...formats].some((format) => {
    const own = isFormat(format) ? format : undefined;
    return linesOf(logger.format, own, FIELDS) > linesOf(logger.format, own, {});
  });
}

function linesOf(shared: Format, own: Format | undefined, fields: object): number {
  const info = { level: 'info', message: 'sample', context: 'sample', [LEVEL]: 'info', ...structuredClone(fields) };
  const first = applied(shared, info);
  const last = own === undefined || first === undefined ? first : applied(own, { ...first });
  const text: unknown = last === undefined ? '' : Reflect.get(last, MESSAGE);
  return typeof text === 'string' ? text.split('\n').length : 0;
}

/** A format returns `false` to leave a line out. */
function applied(format: Format, info: object): object | undefined {
  const result = format.transform(info, format.options);
  return isObject(result) ? result : undefined;
}

function isFormat(value: unknown): value is Format {
  return isObject(value) && typeof Reflect.get(value, 'transform') === 'function';
}
