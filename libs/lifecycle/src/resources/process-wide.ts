import { loggerParts } from '../events/logger-parts.js';
import { pinoStream } from './kinds/pino-stream.js';
import { winston } from './kinds/winston.js';
import { fieldAt, fieldOf, isObject } from './shape.js';
import { underlying } from './underlying.js';

/** Something with a close that is no provider. */
export interface Found {
  readonly value: object;
  /** Where it was found. */
  readonly token: string;
}

/** Where the APIs of OpenTelemetry keep what was registered with them: the first of @opentelemetry/api 1, the second of api-logs. */
const OTEL_API = Symbol.for('opentelemetry.js.api.1');
const OTEL_LOGS = Symbol.for('io.opentelemetry.js.api.logs');
/** The version of the interface of api-logs that has `forceFlush` and `shutdown`. */
const OTEL_LOGS_VERSION = 1;

/**
 * What an application sets up for the whole process: OpenTelemetry, Sentry, and what it logs to.
 *
 * @param logger what the library's own lines are written to
 */
export function processWide(logger: unknown): Found[] {
  const telemetry = [...openTelemetry(), ...sentryClients()].filter(isObject);
  return [
    ...telemetry.map((value) => ({ value, token: 'of the process' })),
    ...loggersIn(logger).map((value) => ({ value, token: 'of the application' })),
  ];
}

/** Loggers of pino and winston in a logger, which often wraps one. */
export function loggersIn(logger: unknown): object[] {
  if (!isObject(logger)) return [];
  return [...loggerParts(logger)].filter((part) =>
    [pinoStream, winston].some((kind) => kind.recognise(underlying(part)) !== undefined),
  );
}

function openTelemetry(): unknown[] {
  const api: unknown = Reflect.get(globalThis, OTEL_API);
  const logs: unknown = Reflect.get(globalThis, OTEL_LOGS);
  const loggers: unknown = typeof logs === 'function' ? Reflect.apply(logs, undefined, [OTEL_LOGS_VERSION]) : undefined;
  if (!isObject(api)) return [loggers];
  const tracers = fieldOf(api, 'trace');
  // The API registers a proxy in front of the tracer provider.
  return [fieldAt(api, 'trace', '_delegate') ?? tracers, fieldOf(api, 'metrics'), loggers];
}

/** One for each version of Sentry in the process; read in 8 to 11. */
function sentryClients(): unknown[] {
  const carriers: unknown = Reflect.get(globalThis, '__SENTRY__');
  if (!isObject(carriers)) return [];
  return Object.values(carriers).map((carrier: unknown) =>
    isObject(carrier) ? fieldAt(carrier, 'defaultCurrentScope', '_client') : undefined,
  );
}
