import { Server } from 'node:http';
import { type Deadline } from '../deadline/deadline.js';
import { type Guard } from '../errors/foreign-call.js';
import { flushProvider } from './flush-provider.js';
import { BUCKETS, type Instrument, type InstrumentKey, INSTRUMENTS, REQUEST_INSTRUMENTS } from './instruments.js';
import { type Family, type Measurements } from './measurements.js';
import { type Series } from './series.js';
import { SharedMeasurements } from './shared-measurements.js';

/** `@opentelemetry/api`, as far as it is needed. */
export type OpenTelemetryApi = Pick<typeof import('@opentelemetry/api'), 'metrics'>;

type Provider = ReturnType<OpenTelemetryApi['metrics']['getMeterProvider']>;
type Meter = ReturnType<Provider['getMeter']>;
type Attributes = Record<string, string>;
type Histogram = ReturnType<Meter['createHistogram']>;

interface BridgeParts {
  readonly measurements: Measurements;
  readonly guard: Guard;
  /** Whether the application measures its requests itself. */
  readonly areRequestsMeasured: boolean;
}

/** What the scope of the instruments is called. */
const SCOPE = 'nestjs-lifecycle';

/** The instruments of one provider: all applications of the process use the same. */
class ProviderInstruments {
  readonly #meter: Meter;
  readonly #histograms = new Map<InstrumentKey, Histogram>();
  readonly #observed = new Map<InstrumentKey, SharedMeasurements>();
  readonly #attributes = new WeakMap<Series, Attributes>();

  constructor(provider: Provider) {
    this.#meter = provider.getMeter(SCOPE);
  }

  /** From now on it has what this application measures. */
  add(key: InstrumentKey, measurements: Measurements): void {
    const { name, unit, help: description, type }: Instrument = INSTRUMENTS[key];
    const options = { unit, description };
    if (type === 'histogram') {
      if (this.#histograms.has(key)) return;
      const advice = { explicitBucketBoundaries: [...BUCKETS] };
      this.#histograms.set(key, this.#meter.createHistogram(name, { ...options, advice }));
      return;
    }
    this.#sharedBy(key, type, options).add(measurements);
  }

  record(key: InstrumentKey, seconds: number, series: Series): void {
    this.#histograms.get(key)?.record(seconds, this.#attributesOf(key, series));
  }

  #sharedBy(key: InstrumentKey, type: 'counter' | 'gauge', options: object): SharedMeasurements {
    const known = this.#observed.get(key);
    if (known !== undefined) return known;
    const shared = new SharedMeasurements();
    const { name } = INSTRUMENTS[key];
    const observed =
      type === 'counter'
        ? this.#meter.createObservableCounter(name, options)
        : this.#meter.createObservableGauge(name, options);
    observed.addCallback((result) => {
      // The SDK keeps the last value of the same attributes, and does not add.
      for (const { series, value } of sums(shared.of(key))) result.observe(value, this.#attributesOf(key, series));
    });
    this.#observed.set(key, shared);
    return shared;
  }

  #attributesOf(key: InstrumentKey, series: Series): Attributes {
    const known = this.#attributes.get(series);
    if (known !== undefined) return known;
    const labels: Instrument['labels'] = INSTRUMENTS[key].labels;
    const attributes = Object.fromEntries(
      labels.map(({ name, attribute = name }) => [attribute, series.labels[name] ?? '']),
    );
    this.#attributes.set(series, attributes);
    return attributes;
  }
}

const byProvider = new WeakMap<Provider, ProviderInstruments>();

/** Instruments of the global meter provider for those of the list. */
export class OpenTelemetryMetrics {
  readonly #provider: Provider;

  constructor(api: OpenTelemetryApi, { measurements, guard, areRequestsMeasured }: BridgeParts) {
    this.#provider = api.metrics.getMeterProvider();
    const instruments = byProvider.get(this.#provider) ?? new ProviderInstruments(this.#provider);
    byProvider.set(this.#provider, instruments);
    const left = areRequestsMeasured ? REQUEST_INSTRUMENTS : [];
    const keys = new Set(measurements.keys.filter((key) => !left.includes(key)));
    for (const key of keys) instruments.add(key, measurements);
    measurements.observer = (key, seconds, series) => {
      if (keys.has(key)) guard('recording a metric', undefined, () => instruments.record(key, seconds, series));
    };
  }

  /** Sends the values to the collector, where the provider has one. */
  flush(deadline: Deadline): Promise<void> {
    return flushProvider(this.#provider, deadline);
  }
}

interface Sum {
  readonly series: Series;
  readonly value: number;
}

/** The values of the same labels, added up over the applications. */
function sums(families: readonly Family[]): Iterable<Sum> {
  const byLabels = new Map<string, Sum>();
  for (const series of families.flatMap((family) => family.series)) {
    const labels = Object.values(series.labels).join('\n');
    const known = byLabels.get(labels);
    byLabels.set(labels, { series, value: series.value + (known?.value ?? 0) });
  }
  return byLabels.values();
}

/**
 * Whether `@opentelemetry/instrumentation-http` measures requests already. It marks what it has wrapped. Read in `@opentelemetry/instrumentation`
 * 0.200 to 0.223.
 */
export function isHttpInstrumented(): boolean {
  const emit: unknown = Reflect.get(Server.prototype, 'emit');
  return typeof emit === 'function' && Reflect.get(emit, '__wrapped') === true;
}
