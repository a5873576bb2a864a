import { type LifecycleEvent, type Moment } from '../events/lifecycle-event.js';
import { type ShutdownReport } from '../report/shutdown-report.js';
import { type OpenTelemetryApi, type Span } from './open-telemetry-api.js';
import { type RequestSpans } from './request-spans.js';
import { Spans } from './spans.js';

type Started = Extract<LifecycleEvent, { type: 'shutdown-started' }>;

type Readers = {
  readonly [T in LifecycleEvent['type']]?: (
    event: Extract<LifecycleEvent, { type: T }>,
    trace: ShutdownTrace,
    at: number,
  ) => void;
};

/** What each event is in the trace. What is not here is not in it. */
const READERS: Readers = {
  'phase-changed': ({ phase }, trace, at) => trace.enter(phase, at),
  'hook-started': (event, trace, at) => trace.hookStarted(event, at),
  'hook-settled': (event, trace, at) => trace.hookSettled(event, at),
  'nest-hook-settled': ({ name, durationMs, result, error }, trace, at) =>
    trace.past({ name: `hook ${name}`, durationMs, error, of: { hook: name, result } }, at),
  'resource-settled': ({ name, resource, priority, durationMs, result, error, isRegistered }, trace, at) => {
    // What was registered is closed by a hook, which has a span.
    if (isRegistered === true) return;
    trace.past(
      { name: `close ${name}`, durationMs, error, of: { resource: name, type: resource, priority, result } },
      at,
    );
  },
  'turn-settled': ({ group, limit, waitedMs, result, error }, trace, at) =>
    trace.past({ name: `turn ${group}`, durationMs: waitedMs, error, of: { group, limit, result } }, at),
  'source-drained': (event, trace, at) => trace.source({ ...event, interrupted: 0 }, at),
  'source-interrupted': (event, trace, at) => trace.source(event, at),
  'source-stopped': ({ source }, { spans }, at) => spans.happened('source stopped', at, { 'shutdown.source': source }),
  'signal-delayed': ({ delayMs }, { spans }, at) =>
    spans.happened('signal delayed', at, { 'shutdown.delay_ms': Math.round(delayMs) }),
  'lame-duck-ended': ({ endedBy }, { spans }, at) =>
    spans.happened('lame duck ended', at, { 'shutdown.ended_by': endedBy }),
  'wait-ended': ({ phase, by }, { spans }, at) =>
    spans.happened('wait ended', at, { 'shutdown.phase': phase, 'shutdown.ended_by': by }),
  'exit-foreseen': ({ by, budgetMs }, { spans }, at) =>
    spans.happened('exit foreseen', at, { 'shutdown.ended_by': by, 'shutdown.budget_ms': Math.round(budgetMs) }),
  'process-exited': ({ by }, { spans }, at) => spans.happened('process.exit()', at, { 'shutdown.ended_by': by }),
  'signal-joined': ({ signal }, { spans }, at) => spans.happened('signal joined', at, { 'shutdown.signal': signal }),
  'signal-repeated': ({ signal }, { spans }, at) =>
    spans.happened('signal repeated', at, { 'shutdown.signal': signal }),
  'work-interrupted': ({ items }, { spans }, at) =>
    spans.happened('work interrupted', at, { 'shutdown.interrupted': items.length }),
  'deadline-passed': ({ waitingFor }, { spans }, at) =>
    spans.happened('deadline passed', at, { 'shutdown.waiting_for': waitingFor.slice(0, 10).join(', ') }),
  'task-failed': ({ error }, { spans }, at) => spans.failed(error, at),
  'error-uncaught': ({ error }, { spans }, at) => spans.failed(error, at),
};

/** Something that is told when it is over. */
interface Past {
  readonly name: string;
  readonly durationMs: number;
  readonly error?: unknown;
  /** Its attributes, by their names behind `shutdown.`. */
  readonly of: Readonly<Record<string, string | number>>;
}

/** One shutdown as a span with a child for each phase, hook, source of work and resource. It reads events, and nothing else. */
export class ShutdownTrace {
  readonly spans: Spans;
  /** What is added to the monotonic time of an event, for milliseconds since the epoch. */
  readonly #epochMs: number;
  #phase: { readonly span: Span | undefined; readonly at: number } | undefined;
  readonly #hooks = new Map<string, Span | undefined>();
  #hasEnded = false;

  constructor(
    api: OpenTelemetryApi,
    private readonly requests: RequestSpans,
    { event, moment }: { readonly event: Started; readonly moment: Moment },
  ) {
    this.#epochMs = Date.parse(moment.time) - moment.atMs;
    const links = requests.inFlight();
    const { reason, signal, inFlight, budgetMs } = event;
    this.spans = new Spans(api, {
      at: this.#at(moment.atMs),
      links,
      attributes: {
        'shutdown.reason': reason,
        ...(signal === undefined ? {} : { 'shutdown.signal': signal }),
        'shutdown.in_flight': inFlight,
        'shutdown.budget_ms': Math.round(budgetMs),
      },
    });
    requests.begin(this.spans.root, links);
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  read(event: LifecycleEvent, { atMs }: Moment): void {
    const read = READERS[event.type];
    if (this.#hasEnded || read === undefined) return;
    // The reader of this type of event, which TypeScript cannot follow through the look-up.
    (read as (event: LifecycleEvent, trace: ShutdownTrace, at: number) => void)(event, this, this.#at(atMs));
  }

  /** The span of a hook that runs. */
  hookSpan(phase: string, name: string): Span | undefined {
    return this.#hooks.get(`${phase} ${name}`);
  }

  enter(phase: string, at: number): void {
    this.spans.end(this.#phase?.span, at);
    const span = this.spans.begin(`phase ${phase}`, at, { attributes: { 'shutdown.phase': phase } });
    this.#phase = { span, at };
  }

  hookStarted(
    { phase, name, priority, allowedMs }: Extract<LifecycleEvent, { type: 'hook-started' }>,
    at: number,
  ): void {
    const attributes = {
      'shutdown.hook': name,
      'shutdown.phase': phase,
      'shutdown.priority': priority,
      'shutdown.allowed_ms': Math.round(allowedMs),
    };
    const span = this.spans.begin(`hook ${name}`, at, { parent: this.#phase?.span, attributes });
    this.#hooks.set(`${phase} ${name}`, span);
  }

  hookSettled({ phase, name, result, error }: Extract<LifecycleEvent, { type: 'hook-settled' }>, at: number): void {
    const key = `${phase} ${name}`;
    const span = this.#hooks.get(key);
    this.#hooks.delete(key);
    this.spans.end(span, at, { attributes: { 'shutdown.result': result }, error });
  }

  /** Something that is over, in the phase that runs. */
  past({ name, durationMs, error, of }: Past, at: number): void {
    const attributes = Object.fromEntries(Object.entries(of).map(([key, value]) => [`shutdown.${key}`, value]));
    const span = this.spans.begin(name, at - durationMs, { parent: this.#phase?.span, attributes });
    this.spans.end(span, at, { error });
  }

  /** What became of the work of a source in the drain, which is the phase that runs. */
  source(facts: Omit<Extract<LifecycleEvent, { type: 'source-interrupted' }>, 'type'>, at: number): void {
    const { source, drained, interrupted, durationMs } = facts;
    const begun = this.#phase?.at ?? at;
    const span = this.spans.begin(`source ${source}`, begun, {
      parent: this.#phase?.span,
      attributes: { 'shutdown.source': source, 'shutdown.drained': drained, 'shutdown.interrupted': interrupted },
    });
    const problem = interrupted === 0 ? undefined : `${interrupted} interrupted`;
    this.spans.end(span, begun + durationMs, { problem });
  }

  /** No more comes: ends every span. Returns whether it had not ended before. */
  end(atMs: number, report: ShutdownReport | undefined): boolean {
    if (this.#hasEnded) return false;
    this.#hasEnded = true;
    this.requests.end();
    this.spans.endAll(this.#at(atMs), endingOf(report));
    return true;
  }

  #at(atMs: number): number {
    return this.#epochMs + atMs;
  }
}

function endingOf(report: ShutdownReport | undefined) {
  if (report === undefined) return { problem: 'the tracer provider was closed before the shutdown was over' };
  const { outcome, exitCode, requests } = report;
  const attributes = {
    'shutdown.outcome': outcome,
    'shutdown.exit_code': exitCode,
    'shutdown.drained': requests.drained,
    'shutdown.refused': requests.refused,
    'shutdown.interrupted': requests.interrupted.length,
  };
  const isFine = outcome === 'clean' || outcome === 'unverified';
  return { attributes, problem: isFine ? undefined : outcome };
}
