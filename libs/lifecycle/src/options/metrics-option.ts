import { Flaws, INVALID, type Invalid, isInvalid } from './flaws.js';
import { type MetricsRegistry } from './metrics-registry.js';
import { durationPart, isRecord, type OptionField, parseFlag, parseParts } from './option-field.js';

/** Which metrics there are, and where they go. */
export interface MetricsSettings {
  readonly isOn: boolean;
  readonly registry: MetricsRegistry | undefined;
  /** Whether requests are measured. */
  readonly requests: boolean;
  readonly openTelemetry: boolean;
  /** How long to wait at the end until Prometheus has fetched the final values; 0: not at all. */
  readonly lastScrapeMs: number;
  readonly pushgateway: string | undefined;
  readonly stateFile: string | undefined;
}

/** No metrics. */
export const NO_METRICS: MetricsSettings = {
  isOn: false,
  registry: undefined,
  requests: true,
  openTelemetry: false,
  lastScrapeMs: 0,
  pushgateway: undefined,
  stateFile: undefined,
};

const yesOrNo = (value: unknown): boolean | typeof INVALID => (typeof value === 'boolean' ? value : INVALID);

const GROUP = {
  allowed: 'the address of a Pushgateway with a job: http://host:9091/metrics/job/orders',
  example: "'http://pushgateway:9091/metrics/job/orders'",
};

const PARTS = {
  registry: {
    allowed: 'a Registry of prom-client',
    example: 'register',
    parse: (value: unknown) => (isRegistry(value) ? value : INVALID),
  },
  requests: { allowed: 'true or false', example: 'false', parse: yesOrNo },
  openTelemetry: { allowed: 'true or false', example: 'true', parse: yesOrNo },
  lastScrape: durationPart("'15s'"),
  pushgateway: { ...GROUP, parse: (value: unknown) => (isGroup(value) ? value : refusedGroup(value)) },
  stateFile: {
    allowed: 'the path of a file that may be written',
    example: "'/var/run/lifecycle/state.json'",
    parse: (value: unknown) =>
      typeof value === 'string' && value.trim() !== '' && !value.includes('\0') ? value : INVALID,
  },
};

/** Which metrics there are, and where they go. */
function parseMetrics(value: unknown): MetricsSettings | Invalid {
  if (typeof value === 'boolean') return { ...NO_METRICS, isOn: value };
  const written = parseParts(value, PARTS);
  if (isInvalid(written)) return written;
  const { lastScrape = 0, ...others } = written;
  return { ...NO_METRICS, ...others, isOn: true, lastScrapeMs: lastScrape };
}

/** `true` or `false`. */
function parseMetricsVariable(text: string): MetricsSettings | typeof INVALID {
  const isOn = parseFlag(text);
  return isOn === undefined ? INVALID : { ...NO_METRICS, isOn };
}

function isRegistry(value: unknown): value is MetricsRegistry {
  const methods = ['metrics', 'getSingleMetric', 'registerMetric'];
  return isRecord(value) && methods.every((name) => typeof value[name] === 'function');
}

/** An address may have a password in it, which is not shown. */
function refusedGroup(value: unknown): Flaws {
  return new Flaws([{ path: '', received: typeof value === 'string' ? 'another text' : typeof value, remedy: GROUP }]);
}

function isGroup(value: unknown): value is string {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { protocol, pathname } = new URL(value);
  return ['http:', 'https:'].includes(protocol) && /\/metrics\/job(@base64)?\/[^/]+/.test(pathname);
}

/** The option `metrics`. */
export const METRICS_FIELD: OptionField<MetricsSettings> & { readonly variable: string } = {
  variable: 'SHUTDOWN_METRICS',
  allowedInVariable: 'true or false',
  allowed:
    'true, false or { registry, requests, openTelemetry, lastScrape, pushgateway, stateFile } and nothing else: a Registry of ' +
    'prom-client; true or false for two; a duration; the address of a group of a Pushgateway; the path of a file',
  example: 'true',
  fallback: 'false',
  purpose: 'measures requests, work and the shutdown, for Prometheus on the probe port and for OpenTelemetry',
  parse: parseMetrics,
  parseVariable: parseMetricsVariable,
};
