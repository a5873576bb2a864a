import { type Server as HttpServer } from 'node:http';
import { type Clock } from '../deadline/clock.js';
import { Deadline } from '../deadline/deadline.js';
import { type Guard } from '../errors/foreign-call.js';
import { describeError } from '../errors/lifecycle-error.js';
import { type EventLog } from '../events/event-log.js';
import { type EventStream } from '../events/event-stream.js';
import { type LifecycleEvent, type Moment } from '../events/lifecycle-event.js';
import { FLUSH_MS, flushProvider } from '../metrics/flush-provider.js';
import { importOptional } from '../nest/optional-package.js';
import { replaceMethod } from '../patching/replace-method.js';
import { type ShutdownReport } from '../report/shutdown-report.js';
import { type HttpTraffic } from '../traffic/http/http-traffic.js';
import { type OpenTelemetryApi } from './open-telemetry-api.js';
import { RequestSpans } from './request-spans.js';
import { ShutdownTrace } from './shutdown-trace.js';

interface TracesParts {
  readonly settings: { readonly traces: boolean };
  readonly clock: Clock;
  readonly log: EventLog;
  readonly guard: Guard;
  readonly events: EventStream;
  readonly own: { readonly traffic: HttpTraffic };
}

interface Loaded {
  readonly api: OpenTelemetryApi;
  readonly requests: RequestSpans;
}

/** Events that wait for the package to be loaded, in a shutdown that begins in the first moments of the start. */
const MOST_WAITING = 1000;

const CLOSED_EARLY =
  "OpenTelemetry's tracer provider was closed before the shutdown was over, and its trace ends there. Delete that call: the provider " +
  'is closed by itself when everything else has ended.';

/**
 * The shutdown as a trace of OpenTelemetry, by the tracer provider of the process. Without the option it does nothing, and loads nothing.
 */
export class Traces {
  #loaded: Loaded | undefined;
  #loading: Promise<void> | undefined;
  #trace: ShutdownTrace | undefined;
  #waiting: [LifecycleEvent, Moment][] = [];
  #sent: Promise<void> | undefined;
  #unwatch: () => void = () => undefined;

  constructor(private readonly parts: TracesParts) {
    if (!parts.settings.traces) return;
    this.#loading = this.#load();
    parts.events.read(this.#read);
  }

  /** Runs a hook, so that the spans of what it does are children of its own. Called in the tick in which it starts. */
  readonly within = <T>({ phase, name }: { readonly phase: string; readonly name: string }, hook: () => T): T => {
    const { api } = this.#loaded ?? {};
    const span = this.#trace?.hookSpan(phase, name);
    if (api === undefined || span === undefined) return hook();
    // Not `context.with()`: what a foreign context manager throws could not be told from what the hook throws.
    return this.parts.guard('the context of a hook', hook, () =>
      api.context.bind(api.trace.setSpan(api.ROOT_CONTEXT, span), hook),
    )();
  };

  /** Exporters are about to be closed: ends the trace, and sends it. Never rejects. */
  async beforeTelemetry(report: () => ShutdownReport, deadline: Deadline): Promise<void> {
    if (this.#loading === undefined) return;
    await deadline.settle(this.#loading);
    this.#end(report());
    await this.#flush(deadline);
  }

  /** Waits until the trace of a shutdown that had to end was sent, at most `mostMs`; `undefined` where there is nothing to wait for. */
  settled(mostMs: number): Promise<void> | undefined {
    const sent = this.#sent;
    if (sent === undefined) return undefined;
    const { clock } = this.parts;
    return new Deadline(clock, clock.now() + mostMs).settle(sent).then(() => undefined);
  }

  async #load(): Promise<void> {
    const { log, guard, own } = this.parts;
    try {
      const api = await importOptional('@opentelemetry/api', () => import('@opentelemetry/api'));
      if (api === undefined) {
        log.warn('traces: true has no effect without its API. Type npm install @opentelemetry/api.');
      } else {
        const requests = new RequestSpans(api, () => own.traffic.requests());
        this.#loaded = { api, requests };
        // Its `request` events are those of Node's HTTP servers.
        own.traffic.followServers((server) => requests.follow(server as HttpServer));
        for (const [event, moment] of this.#waiting)
          guard('tracing the shutdown', undefined, () => this.#pass(event, moment));
      }
    } catch (error) {
      log.warn(`OpenTelemetry traces failed: ${describeError(error)}`);
    }
    this.#waiting = [];
  }

  readonly #read = (event: LifecycleEvent, moment: Moment): void => {
    if (this.#loaded === undefined) {
      if (this.#waiting.length < MOST_WAITING) this.#waiting.push([event, moment]);
      return;
    }
    this.parts.guard('tracing the shutdown', undefined, () => this.#pass(event, moment));
  };

  #pass(event: LifecycleEvent, moment: Moment): void {
    if (this.#loaded === undefined) return;
    if (event.type === 'shutdown-started' && this.#trace === undefined) {
      const { api, requests } = this.#loaded;
      this.#trace = new ShutdownTrace(api, requests, { event, moment });
      this.#watch();
      return;
    }
    this.#trace?.read(event, moment);
    if (event.type === 'shutdown-ended') this.#ended(event.report);
  }

  /** The report is made. Where it was not for the end that was planned, there is still the time for the last lines to send the trace. */
  #ended(report: ShutdownReport): void {
    if (!this.#end(report)) return;
    const { clock } = this.parts;
    const sent = this.#flush(new Deadline(clock, clock.now() + FLUSH_MS)).then(() => {
      this.#sent = undefined;
    });
    this.#sent = sent;
  }

  /** Whether it had not ended before. */
  #end(report: ShutdownReport | undefined): boolean {
    const trace = this.#trace;
    if (trace === undefined) return false;
    this.#unwatch();
    return this.parts.guard('ending the trace', false, () => trace.end(this.parts.clock.now(), report));
  }

  /** Other code may close the provider: our spans end before it does, or they would never be sent. */
  #watch(): void {
    const provider = this.#provider();
    if (provider === undefined) return;
    this.#unwatch = replaceMethod(provider, 'shutdown', (original) => {
      const closing = (): void => {
        if (this.#end(undefined)) this.parts.log.warn(CLOSED_EARLY);
      };
      return function (...args) {
        closing();
        return Reflect.apply(original, this, args);
      };
    });
  }

  async #flush(deadline: Deadline): Promise<void> {
    const provider = this.#provider();
    if (provider === undefined || this.#trace === undefined) return;
    try {
      await flushProvider(provider, deadline, 'spans');
    } catch (error) {
      this.parts.log.warn(`sending the trace failed: ${describeError(error)}`);
    }
  }

  /** The provider behind the proxy that the API has in front of it. */
  #provider(): object | undefined {
    const { api } = this.#loaded ?? {};
    return this.parts.guard('the tracer provider', undefined, () => {
      const provider: object | undefined = api?.trace.getTracerProvider();
      if (provider === undefined || !('getDelegate' in provider) || typeof provider.getDelegate !== 'function')
        return provider;
      const behind: unknown = Reflect.apply(provider.getDelegate, provider, []);
      return typeof behind === 'object' && behind !== null ? behind : provider;
    });
  }
}
