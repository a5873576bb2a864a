import { defineKind } from '../define-kind.js';
import { fieldAt, hasFields, hasMethods, isObject } from '../shape.js';

/** A provider of the OpenTelemetry SDK 1 and 2. */
interface Provider {
  /** Sends what it holds, and ends its exporters. */
  shutdown(): Promise<void>;
  forceFlush(): Promise<void>;
}

/** What a collector may take to answer; an exporter alone would wait for 30 s. */
const TIMEOUT_MS = 5000;

/** It does not show whether it was shut down. */
export const tracerProvider = defineKind<Provider>({
  title: 'OpenTelemetry tracer provider',
  type: 'telemetry',
  timeoutMs: TIMEOUT_MS,
  is: (value): value is Provider =>
    hasFields(value, { _activeSpanProcessor: 'object' }) && hasMethods(value, ['getTracer', 'forceFlush', 'shutdown']),
  closers: ['shutdown'],
  close: (provider) => provider.shutdown(),
  unfinished: () => 'spans that no collector has taken',
});

export const meterProvider = defineKind<Provider>({
  title: 'OpenTelemetry meter provider',
  type: 'telemetry',
  timeoutMs: TIMEOUT_MS,
  is: (value): value is Provider =>
    hasFields(value, { _sharedState: 'object', _shutdown: 'boolean' }) &&
    hasMethods(value, ['getMeter', 'forceFlush', 'shutdown']),
  isClosed: (provider) => fieldAt(provider, '_shutdown') === true,
  close: (provider) => provider.shutdown(),
  unfinished: () => 'metrics that no collector has taken',
});

/** The last line of the library may go through it too. */
export const loggerProvider = defineKind<Provider>({
  title: 'OpenTelemetry logger provider',
  type: 'log',
  timeoutMs: TIMEOUT_MS,
  is: (value): value is Provider =>
    hasFields(value, { _sharedState: 'object', _shutdownOnce: 'object' }) &&
    hasMethods(value, ['getLogger', 'forceFlush', 'shutdown']),
  isClosed: (provider) => {
    const shutdown = fieldAt(provider, '_shutdownOnce');
    return isObject(shutdown) && fieldAt(shutdown, '_isCalled') === true;
  },
  close: (provider) => provider.forceFlush(),
  unfinished: () => 'log records that no collector has taken',
  end: (provider) => provider.shutdown(),
});
