import { COMPONENT_STATUSES } from '../monitor/component.js';
import { PHASES } from '../phase/phase.js';

/** A label of an instrument: its name in Prometheus, and its attribute in OpenTelemetry. */
export interface Label {
  readonly name: string;
  /** The name by OpenTelemetry's semantic conventions, where there is one. Default: `name`. */
  readonly attribute?: string;
  /** All values that it can have. Without them it has at most `most`, and {@link OTHER} for all others. */
  readonly values?: readonly string[];
  /** How many values it may have, where they are not fixed. Default {@link MOST_VALUES}. */
  readonly most?: number;
}

/** One instrument of the list: what is measured, in what unit, by which labels. */
export interface Instrument {
  /** The name in OpenTelemetry: `shutdown.duration`. {@link prometheusName} has the one in Prometheus. */
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** In UCUM, as OpenTelemetry writes units: `s`, `{request}`; `1` has none. */
  readonly unit: string;
  readonly labels: readonly Label[];
  /** One sentence, for both. */
  readonly help: string;
  /** The page of docs with its row, where that is not docs/metrics.md. */
  readonly page?: string;
}

/** How many values a label has whose values come from the application: routes, queues, hooks. */
export const MOST_VALUES = 200;

/** The value of a label that would be one too many. */
export const OTHER = '(other)';

/** Methods that are labels by themselves (RFC 9110 §9, and PATCH); any other is `_OTHER`, as OpenTelemetry has it. */
export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE', '_OTHER'];

/** `none`: the connection ended before an answer began. */
export const STATUS_CLASSES = ['1xx', '2xx', '3xx', '4xx', '5xx', 'none'];

/** How a shutdown ends. */
export const OUTCOMES = ['clean', 'unverified', 'interrupted', 'failed', 'forced'] as const;

/** How the run before this one ended: `killed` has left no outcome. */
export const PREVIOUS_OUTCOMES = [...OUTCOMES, 'killed'] as const;

/** Upper bounds of histograms in seconds, those that OpenTelemetry recommends for `http.server.request.duration`. */
export const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60];

const KIND = { name: 'kind', most: 20 };
const REQUEST = [
  { name: 'method', attribute: 'http.request.method', values: METHODS },
  { name: 'route', attribute: 'http.route' },
  { name: 'status_class', attribute: 'http.response.status_class', values: STATUS_CLASSES },
];
const COMPONENT = { name: 'component' };
const STATUS = { name: 'status', values: COMPONENT_STATUSES };
const QUEUE = [KIND, { name: 'queue', attribute: 'messaging.destination.name' }];

/** Every instrument there is. Prometheus, OpenTelemetry, the alert rules, the dashboard and docs/metrics.md follow this list. */
export const INSTRUMENTS = {
  inFlight: {
    name: 'in_flight.requests',
    type: 'gauge',
    unit: '1',
    labels: [KIND],
    help: 'Pieces of work in flight, by kind: response, handler, message, job, task.',
  },
  requests: {
    name: 'http.server.requests',
    type: 'counter',
    unit: '1',
    labels: REQUEST,
    help: 'HTTP requests whose answer has ended, by method, route pattern and status class.',
  },
  requestDuration: {
    name: 'http.server.request.duration',
    type: 'histogram',
    unit: 's',
    labels: REQUEST,
    help: 'Time from the head of a request to the end of its answer, without long-lived requests.',
  },
  queueInFlight: {
    name: 'queue.in_flight',
    type: 'gauge',
    unit: '1',
    labels: QUEUE,
    help: 'Jobs and messages that run here, by queue or message pattern.',
  },
  queueProcessed: {
    name: 'queue.processed',
    type: 'counter',
    unit: '1',
    labels: QUEUE,
    help: 'Jobs and messages that have ended here, by queue or message pattern.',
  },
  queueDuration: {
    name: 'queue.process.duration',
    type: 'histogram',
    unit: 's',
    labels: QUEUE,
    help: 'Time that a job or a message ran here.',
  },
  startup: {
    name: 'startup.duration',
    type: 'gauge',
    unit: 's',
    labels: [],
    help: 'Time from the start of the process until the service was ready.',
  },
  phase: {
    name: 'shutdown.phase',
    type: 'gauge',
    unit: '1',
    labels: [{ name: 'phase', values: PHASES }],
    help: '1 for the phase in which the service is, 0 for all others.',
  },
  budget: {
    name: 'shutdown.budget',
    type: 'gauge',
    unit: 's',
    labels: [],
    help: 'Time that a shutdown may take.',
  },
  duration: {
    name: 'shutdown.duration',
    type: 'gauge',
    unit: 's',
    labels: [],
    help: 'Time since the shutdown began, and how long it took once it is over; no value before.',
  },
  hookDuration: {
    name: 'shutdown.hook.duration',
    type: 'gauge',
    unit: 's',
    labels: [
      { name: 'hook' },
      { name: 'phase', values: [...PHASES, 'nest'] },
      { name: 'result', values: ['done', 'failed', 'timed-out'] },
    ],
    help: 'Time that a hook took in this shutdown; hooks that Nest calls have the phase nest.',
  },
  outcome: {
    name: 'shutdown.outcome',
    type: 'counter',
    unit: '1',
    labels: [{ name: 'outcome', values: OUTCOMES }],
    help: 'Shutdowns by how they ended.',
  },
  interrupted: {
    name: 'requests.interrupted',
    type: 'counter',
    unit: '1',
    labels: [KIND],
    help: 'Pieces of work that were cut because their time was up, by kind.',
  },
  refused: {
    name: 'requests.refused',
    type: 'counter',
    unit: '1',
    labels: [{ name: 'kind', values: ['request', 'message'] }],
    help: 'Requests and messages that were refused because they came too late.',
  },
  late: {
    name: 'requests.late',
    type: 'counter',
    unit: '1',
    labels: [],
    help: 'Requests that were served although they came when the listener was closed, on connections that were open.',
  },
  previousOutcome: {
    name: 'shutdown.previous.outcome',
    type: 'gauge',
    unit: '1',
    labels: [{ name: 'outcome', values: PREVIOUS_OUTCOMES }],
    help: '1 for how the run before this one ended; killed: it has left no outcome.',
  },
  previousDuration: {
    name: 'shutdown.previous.duration',
    type: 'gauge',
    unit: 's',
    labels: [],
    help: 'How long the shutdown of the run before this one took.',
  },
  previousInterrupted: {
    name: 'shutdown.previous.interrupted',
    type: 'gauge',
    unit: '1',
    labels: [],
    help: 'Pieces of work that the shutdown of the run before this one cut.',
  },
  healthScore: {
    name: 'health.score',
    type: 'gauge',
    unit: '1',
    labels: [],
    help: 'Lowest score of the critical components, from 0 to 1; no value before the first check.',
    page: 'health-monitor',
  },
  healthStatus: {
    name: 'health.status',
    type: 'gauge',
    unit: '1',
    labels: [STATUS],
    help: '1 for the status of the service, 0 for all others.',
    page: 'health-monitor',
  },
  componentScore: {
    name: 'health.component.score',
    type: 'gauge',
    unit: '1',
    labels: [COMPONENT],
    help: 'Score of a component, from 0 to 1; no value before its first check.',
    page: 'health-monitor',
  },
  componentStatus: {
    name: 'health.component.status',
    type: 'gauge',
    unit: '1',
    labels: [COMPONENT, STATUS],
    help: '1 for the status of a component, 0 for all others.',
    page: 'health-monitor',
  },
} as const satisfies Readonly<Record<string, Instrument>>;

/** The instruments of the list, by their keys. */
export type InstrumentKey = keyof typeof INSTRUMENTS;

/** The instruments that are left out where the application measures its requests by itself. */
export const REQUEST_INSTRUMENTS: readonly InstrumentKey[] = ['requests', 'requestDuration'];

/**
 * The name in Prometheus, as OpenTelemetry's exporters make it: dots become `_`, the unit and `_total` are appended.
 * https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#otlp-metric-points-to-prometheus
 */
export function prometheusName({ name, unit, type }: Instrument): string {
  return name.replaceAll('.', '_') + (unit === 's' ? '_seconds' : '') + (type === 'counter' ? '_total' : '');
}
