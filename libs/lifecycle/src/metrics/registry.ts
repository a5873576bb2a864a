import { type Sample, samplesOf } from './exposition.js';
import { type InstrumentKey, INSTRUMENTS, prometheusName } from './instruments.js';
import { type Measurements } from './measurements.js';
import { type MetricsRegistry } from '../options/metrics-registry.js';
import { SharedMeasurements } from './shared-measurements.js';

/** Names by which applications measure their requests themselves. */
const OWN_REQUEST_METRICS = [
  'http_request_duration_seconds',
  'http_request_duration_ms',
  'http_requests_total',
  'http_server_request_duration_seconds',
  'http_server_requests_total',
  'http_server_requests_seconds',
];

/** Whether a registry has metrics of requests that are not ours. */
export function measuresRequests(registry: MetricsRegistry): boolean {
  return OWN_REQUEST_METRICS.some((name) => {
    const found = registry.getSingleMetric(name);
    return found !== undefined && !(found instanceof RegisteredFamily);
  });
}

/** What prom-client calls of a metric: `get()`, when it is scraped. Read in 14.2 and 15.1. */
class RegisteredFamily {
  readonly aggregator = 'sum';
  readonly measured = new SharedMeasurements();

  readonly name: string;
  readonly type: string;
  readonly help: string;

  constructor(
    private readonly key: InstrumentKey,
    private readonly registry: MetricsRegistry,
  ) {
    const instrument = INSTRUMENTS[key];
    this.name = prometheusName(instrument);
    this.type = instrument.type;
    this.help = instrument.help;
  }

  async get(): Promise<object> {
    const { type, help, aggregator } = this;
    const values = added(this.measured.of(this.key).flatMap(samplesOf)).map(({ name, labels, value }) => ({
      metricName: name === this.name ? undefined : name,
      labels,
      value,
    }));
    return { name: this.#shownName, type, help, aggregator, values };
  }

  /** The registry is told to forget what was measured. These are facts of the process, and stay. */
  reset(): void {}

  /** In its OpenMetrics format a registry appends `_total` by itself. */
  get #shownName(): string {
    const isOpenMetrics = this.registry.contentType.includes('openmetrics');
    return isOpenMetrics && this.type === 'counter' ? this.name.replace(/_total$/, '') : this.name;
  }
}

/** Samples of the same labels become one. */
function added(samples: readonly Sample[]): Sample[] {
  const byKey = new Map<string, Sample>();
  for (const sample of samples) {
    const key = JSON.stringify([sample.name, sample.labels]);
    byKey.set(key, { ...sample, value: sample.value + (byKey.get(key)?.value ?? 0) });
  }
  return [...byKey.values()];
}

/**
 * Puts the instruments into a registry of the application. A metric of the application with the same name stays.
 *
 * @returns the names that were taken
 */
export function register(registry: MetricsRegistry, measurements: Measurements): string[] {
  return measurements.keys.flatMap((key) => {
    const name = prometheusName(INSTRUMENTS[key]);
    const found = registry.getSingleMetric(name);
    if (found !== undefined && !(found instanceof RegisteredFamily)) return [name];
    const family = found ?? new RegisteredFamily(key, registry);
    family.measured.add(measurements);
    // It has what the registry calls, and is not of its class.
    if (found === undefined) registry.registerMetric(family as never);
    return [];
  });
}
