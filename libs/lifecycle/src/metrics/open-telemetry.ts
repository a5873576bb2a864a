import { Server } from 'node:http';
import { type Deadline } from '../deadline/deadline.js';
import { type Guard } from '../errors/foreign-call.js';
import { flushProvider } from './flush-provider.js';
import { BUCKETS, type Instrument, type InstrumentKey, INSTRUMENTS, REQUEST_INSTRUMENTS } from './instruments.js';
import { type Measurements } from './measurements.js';
import { type Series } from './series.js';

/** `@opentelemetry/api`, as far as it is needed. */
export type OpenTelemetryApi = Pick<typeof import('@opentelemetry/api'), 'metrics'>;

interface BridgeParts {
  readonly measurements: Measurements;
  readonly guard: Guard;
  /** Whether the application measures its requests itself. */
  readonly areRequestsMeasured: boolean;
}

type Attributes = Record<string, string>;

/** What the scope of the instruments is called. */
const SCOPE = 'nestjs-lifecycle';

/** Instruments of the global meter provider for those of the list. */
export class OpenTelemetryMetrics {
  readonly #provider: ReturnType<OpenTelemetryApi['metrics']['getMeterProvider']>;
  readonly #attributes = new WeakMap<Series, Attributes>();

  constructor(api: OpenTelemetryApi, parts: BridgeParts) {
    const { measurements } = parts;
    this.#provider = api.metrics.getMeterProvider();
    const meter = this.#provider.getMeter(SCOPE);
    const histograms = new Map<InstrumentKey, (seconds: number, attributes: Attributes) => void>();
    for (const key of measurements.keys) {
      if (parts.areRequestsMeasured && REQUEST_INSTRUMENTS.includes(key)) continue;
      const { name, unit, help: description, type }: Instrument = INSTRUMENTS[key];
      const options = { unit, description };
      if (type === 'histogram') {
        const histogram = meter.createHistogram(name, {
          ...options,
          advice: { explicitBucketBoundaries: [...BUCKETS] },
        });
        histograms.set(key, (seconds, attributes) => histogram.record(seconds, attributes));
      } else {
        const observed =
          type === 'counter'
            ? meter.createObservableCounter(name, options)
            : meter.createObservableGauge(name, options);
        observed.addCallback((result) => {
          for (const series of measurements.readOne(key)?.series ?? []) {
            result.observe(series.value, this.#attributesOf(key, series));
          }
        });
      }
    }
    measurements.observer = (key, seconds, series) => {
      const record = histograms.get(key);
      if (record === undefined) return;
      parts.guard('recording a metric', undefined, () => record(seconds, this.#attributesOf(key, series)));
    };
  }

  /** Sends the values to the collector, where the provider has one. */
  flush(deadline: Deadline): Promise<void> {
    return flushProvider('metrics', this.#provider, deadline);
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

/**
 * Whether `@opentelemetry/instrumentation-http` measures requests already. It marks what it has wrapped. Read in `@opentelemetry/instrumentation`
 * 0.200 to 0.223.
 */
export function isHttpInstrumented(): boolean {
  const emit: unknown = Reflect.get(Server.prototype, 'emit');
  return typeof emit === 'function' && Reflect.get(emit, '__wrapped') === true;
}
