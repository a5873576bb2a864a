import { type Clock } from '../deadline/clock.js';
import { type Deadline } from '../deadline/deadline.js';
import { callForeign, firstOfEach, type Guard } from '../errors/foreign-call.js';
import { describeError } from '../errors/lifecycle-error.js';
import { type EventLog } from '../events/event-log.js';
import { type EventStream } from '../events/event-stream.js';
import { type InFlightWork } from '../in-flight/in-flight-work.js';
import { type WorkSources } from '../in-flight/work-sources.js';
import { importOptional } from '../nest/optional-package.js';
import { type MetricsSettings } from '../options/metrics-option.js';
import { type Phase } from '../phase/phase.js';
import { type ShutdownReport } from '../report/shutdown-report.js';
import { type HttpTraffic } from '../traffic/http/http-traffic.js';
import { REQUEST_INSTRUMENTS } from './instruments.js';
import { LastScrape } from './last-scrape.js';
import { MeasuredOutcome, measuringReader } from './measured-events.js';
import { type MeasuredHealth, measureHealth } from './measured-health.js';
import { measuringRequests } from './measured-requests.js';
import { measureWork } from './measured-work.js';
import { Measurements } from './measurements.js';
import { MetricsPage } from './metrics-page.js';
import { isHttpInstrumented, OpenTelemetryMetrics } from './open-telemetry.js';
import { StateFile } from './previous-run.js';
import { push } from './push.js';
import { measuresRequests, register } from './registry.js';
import { letGo } from './shared-measurements.js';

interface MetricsParts {
  readonly settings: { readonly metrics: MetricsSettings };
  readonly clock: Clock;
  readonly log: EventLog;
  readonly guard: Guard;
  readonly events: EventStream;
  readonly inFlight: InFlightWork;
  readonly sources: WorkSources;
  readonly phases: { readonly current: Phase };
  readonly sequence: { readonly hasBegun: boolean; readonly elapsedMs: number };
  readonly own: { readonly traffic: HttpTraffic };
  readonly health: { readonly monitor: MeasuredHealth };
}

/** How a shutdown ends, for what is to happen behind its report. */
export interface End {
  readonly deadline: Deadline;
  /** By `app.close()` the process goes on, and can be scraped later. */
  readonly endsProcess: boolean;
}

const FOREIGN_STATE =
  'What is at metrics.stateFile was not written by this library, or is damaged. It counts as none. A file is replaced.';

/** The metrics of one service. Without the option it listens to nothing, and counts nothing. */
export class Metrics {
  readonly #lastScrape = new LastScrape();
  readonly #settings: MetricsSettings;
  readonly #measurements: Measurements;
  readonly #outcome: MeasuredOutcome;
  readonly #failed: (name: string, error: unknown) => void;
  #openTelemetry: OpenTelemetryMetrics | undefined;
  #openTelemetryLoaded: Promise<void> = Promise.resolve();
  #isReady = false;
  #over: Promise<void> = Promise.resolve();
  /** `undefined` without metrics. */
  readonly page: MetricsPage | undefined;

  constructor(private readonly parts: MetricsParts) {
    const { clock, log, settings } = parts;
    this.#settings = settings.metrics;
    this.#failed = firstOfEach(log.failed);
    this.#measurements = new Measurements(this.#settings.requests ? [] : REQUEST_INSTRUMENTS);
    this.#outcome = new MeasuredOutcome(this.#measurements);
    if (!this.#settings.isOn) return;
    const { registry } = this.#settings;
    const page = { clock, registry, measurements: this.#measurements, lastScrape: this.#lastScrape };
    this.page = new MetricsPage({ ...page, failed: this.#failed });
    this.#begin();
  }

  /** Settles when nothing more is sent and no scrape is waited for, so that the probe port may close. */
  get over(): Promise<void> {
    return this.#over;
  }

  /** The last moment at which the providers of OpenTelemetry take anything. */
  async beforeTelemetry(report: () => ShutdownReport, deadline: Deadline): Promise<void> {
    if (!this.#settings.isOn) return;
    this.#outcome.tell(report());
    // A service that stops as soon as it has started may still be loading it.
    await deadline.settle(this.#openTelemetryLoaded);
    await this.#attempt('sending the final metrics', async () => this.#openTelemetry?.flush(deadline));
  }

  /** The report is made: sends the final values, and waits to be scraped where that is asked for. */
  afterReport(end: End): Promise<void> {
    if (this.#settings.isOn) this.#over = this.#finish(end);
    return this.#over;
  }

  #begin(): void {
    const { events } = this.parts;
    events.read(measuringReader(this.#measurements));
    events.read((event) => {
      if (event.type === 'shutdown-ended') this.#ended(event.report);
      else if (event.type === 'shutdown-started' || (event.type === 'phase-changed' && event.phase === 'ready'))
        this.#ready();
    });
    measureWork(this.parts, this.#measurements);
    measureHealth(this.parts.health.monitor, this.#measurements);
    this.#usePreviousRun();
    const { own } = this.parts;
    if (!this.#settings.requests) return;
    const isLongLived = (request: { readonly response: Parameters<HttpTraffic['isLongLived']>[0] }): boolean =>
      own.traffic.isLongLived(request.response);
    own.traffic.followAnswers(measuringRequests({ clock: this.parts.clock, isLongLived }, this.#measurements));
  }

  /** The application has made its own metrics and its provider by now. */
  #ready(): void {
    if (this.#isReady) return;
    this.#isReady = true;
    const { registry, openTelemetry } = this.#settings;
    const { log } = this.parts;
    if (registry !== undefined) {
      const taken = this.#call('the registry of metrics', [], () => {
        if (measuresRequests(registry)) this.#measurements.leave(REQUEST_INSTRUMENTS);
        return register(registry, this.#measurements);
      });
      if (taken.length > 0) log.warn(`Metrics of these names are the application's own, and stay: ${taken.join(', ')}`);
    }
    if (!openTelemetry) return;
    this.#openTelemetryLoaded = this.#attempt('OpenTelemetry metrics', () => this.#useOpenTelemetry());
  }

  async #useOpenTelemetry(): Promise<void> {
    const api = await importOptional('@opentelemetry/api', () => import('@opentelemetry/api'));
    const { guard, log } = this.parts;
    if (api === undefined) {
      log.warn('metrics.openTelemetry has no effect without its API. Type npm install @opentelemetry/api.');
      return;
    }
    const parts = { measurements: this.#measurements, guard, areRequestsMeasured: isHttpInstrumented() };
    this.#openTelemetry = new OpenTelemetryMetrics(api, parts);
  }

  #usePreviousRun(): void {
    const { stateFile } = this.#settings;
    if (stateFile === undefined) return;
    const file = new StateFile(stateFile);
    const previous = this.#call('reading metrics.stateFile', undefined, () => file.read());
    this.#call('writing metrics.stateFile', undefined, () => file.begin());
    this.parts.events.read((event) => {
      if (event.type !== 'shutdown-ended') return;
      this.#call('writing metrics.stateFile', undefined, () => file.end(event.report));
    });
    if (previous === 'foreign') this.parts.log.warn(FOREIGN_STATE);
    if (previous === undefined || previous === 'foreign') return;
    this.#measurements.of('previousOutcome').set(1, previous.outcome);
    if (previous.outcome === 'killed') return;
    this.#measurements.of('previousDuration').set(previous.durationMs / 1000);
    this.#measurements.of('previousInterrupted').set(previous.interrupted);
  }

  #ended(report: ShutdownReport): void {
    this.#outcome.tell(report);
    letGo(this.#measurements);
  }

  async #finish({ deadline, endsProcess }: End): Promise<void> {
    const { pushgateway, lastScrapeMs } = this.#settings;
    const { page } = this;
    if (pushgateway !== undefined && page !== undefined) {
      await this.#attempt('metrics.pushgateway', async () => push(pushgateway, (await page.read()).text, deadline));
    }
    if (!endsProcess || lastScrapeMs === 0) return;
    const isScraped = await this.#lastScrape.wait(deadline.within(lastScrapeMs));
    if (!isScraped) this.parts.log.warn('Prometheus has not fetched the final metrics in time (metrics.lastScrape).');
  }

  #call<T>(name: string, fallback: T, step: () => T): T {
    return callForeign({ name, fallback, onError: this.#failed }, step);
  }

  async #attempt(name: string, step: () => Promise<unknown>): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.parts.log.warn(`${name} failed: ${describeError(error)}`);
    }
  }
}
