/** `@opentelemetry/api`, as far as it is needed. */
export type OpenTelemetryApi = Pick<
  typeof import('@opentelemetry/api'),
  'trace' | 'context' | 'ROOT_CONTEXT' | 'SpanStatusCode'
>;

/** A span of it. */
export type Span = import('@opentelemetry/api').Span;

/** What a span says of itself. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;
