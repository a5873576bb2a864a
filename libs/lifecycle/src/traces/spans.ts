import { describeError, stackOf } from '../errors/lifecycle-error.js';
import { type OpenTelemetryApi, type Span, type SpanAttributes } from './open-telemetry-api.js';
import { SpanText } from './span-text.js';

/** How many spans one shutdown makes: an SDK drops what does not fit into its queue, which has room for 2,048. */
const MOST_SPANS = 500;
/** How many events the span of the shutdown has: the limit that the SDK has by default. */
const MOST_EVENTS = 128;

/** How something ended, for the status of its span. */
export interface Ending {
  readonly attributes?: SpanAttributes;
  /** Set where it is an error. */
  readonly error?: unknown;
  /** Why it is an error, where nothing was thrown. */
  readonly problem?: string | undefined;
}

/** Makes the spans of one shutdown: a root, and children in number and size bounded. */
export class Spans {
  readonly #tracer: ReturnType<OpenTelemetryApi['trace']['getTracer']>;
  readonly root: Span;
  readonly #open = new Set<Span>();
  readonly #text = new SpanText();
  #made = 0;
  #events = 0;
  #leftOut = 0;

  constructor(
    private readonly api: OpenTelemetryApi,
    root: { readonly at: number; readonly attributes: SpanAttributes; readonly links: readonly Span[] },
  ) {
    this.#tracer = api.trace.getTracer('nestjs-lifecycle');
    const links = root.links.map((span) => ({
      context: span.spanContext(),
      attributes: { 'shutdown.link': 'in-flight' },
    }));
    const options = { root: true, startTime: root.at, attributes: this.#safe(root.attributes), links };
    this.root = this.#tracer.startSpan('shutdown', options, api.ROOT_CONTEXT);
  }

  /** Begins a child; `undefined` where there are too many. */
  begin(name: string, at: number, of: { readonly parent?: Span | undefined; readonly attributes: SpanAttributes }) {
    if (this.#made >= MOST_SPANS) {
      this.#leftOut += 1;
      return undefined;
    }
    this.#made += 1;
    const { trace, ROOT_CONTEXT } = this.api;
    const options = { startTime: at, attributes: this.#safe(of.attributes) };
    const span = this.#tracer.startSpan(
      this.#text.name(name),
      options,
      trace.setSpan(ROOT_CONTEXT, of.parent ?? this.root),
    );
    this.#open.add(span);
    return span;
  }

  end(span: Span | undefined, at: number, ending: Ending = {}): void {
    if (span === undefined || !this.#open.delete(span)) return;
    this.#close(span, at, ending);
  }

  /** Something happened in the shutdown that took no time. */
  happened(name: string, at: number, attributes: SpanAttributes): void {
    this.#events += 1;
    if (this.#events <= MOST_EVENTS) this.root.addEvent(name, this.#safe(attributes), at);
  }

  /** An error that belongs to nothing in particular. */
  failed(error: unknown, at: number): void {
    this.#events += 1;
    if (this.#events <= MOST_EVENTS) this.#record(this.root, error, at);
  }

  /** Ends what is still open, and the root. */
  endAll(at: number, ending: Ending): void {
    for (const span of this.#open) this.end(span, at, { problem: 'unfinished' });
    const leftOut = this.#leftOut === 0 ? {} : { 'shutdown.spans_left_out': this.#leftOut };
    this.#close(this.root, at, { ...ending, attributes: { ...ending.attributes, ...leftOut } });
  }

  #close(span: Span, at: number, { attributes = {}, error, problem }: Ending): void {
    span.setAttributes(this.#safe(attributes));
    if (error !== undefined) this.#record(span, error, at);
    const message = error === undefined ? problem : describeError(error);
    if (message !== undefined) {
      span.setStatus({ code: this.api.SpanStatusCode.ERROR, message: this.#text.message(message) });
    }
    span.end(at);
  }

  /** As the SDK records exceptions, without what may be secret in them. */
  #record(span: Span, error: unknown, at: number): void {
    const stack = stackOf(error);
    const attributes = {
      'exception.type': error instanceof Error ? this.#text.name(error.name) : typeof error,
      'exception.message': this.#text.message(describeError(error)),
      ...(stack === undefined ? {} : { 'exception.stacktrace': this.#text.stack(stack) }),
    };
    span.addEvent('exception', attributes, at);
  }

  #safe(attributes: SpanAttributes): Record<string, string | number | boolean> {
    const entries = Object.entries(attributes);
    return Object.fromEntries(
      entries.map(([key, value]) => [key, typeof value === 'string' ? this.#text.name(value) : value]),
    );
  }
}
