import {
  type CorrelationId,
  type ExitStyle,
  type GracefulShutdownOptions,
  type LateRequestBody,
  type LateRequests,
  type UncaughtErrors,
} from './graceful-shutdown-options.js';
import { DUMP_FIELD } from './dump-option.js';
import { parseExempt } from './exempt-option.js';
import { INVALID } from './flaws.js';
import { HEALTH_FIELDS } from './health-monitor-option.js';
import { choice, duration, flag, type OptionField } from './option-field.js';
import { parseLameDuck, parseLameDuckVariable } from './lame-duck-option.js';
import { METRICS_FIELD } from './metrics-option.js';
import { LIVE_PAGE } from './live-page-option.js';
import { parseLongLived } from './long-lived-option.js';
import {
  parseCorrelationId,
  parseHealth,
  parseIntake,
  parseLateRequestBody,
  parseNames,
  parsePort,
  parseRange,
  parseRangeVariable,
  parseResources,
  parseSignals,
  parseUnseenKinds,
} from './option-parsers.js';
import { READINESS_FIELD } from './readiness-option.js';
import { REPORT_FIELDS } from './report-options.js';
import { PRODUCTION_READINESS_FIELD } from './production-readiness-option.js';
import { SINGLE_REPLICA } from './single-replica-option.js';
import { parseTaskProtection } from './task-protection-option.js';
import { type ExemptSettings, type LongLivedSettings, type Range, type Settings } from './settings.js';
import { UNSEEN_KINDS, type UnseenKind } from './unseen-kinds.js';

/** Every option there is, in the order of docs/options.md. */
export const OPTION_FIELDS = {
  enabled: flag({
    variable: 'SHUTDOWN_ENABLED',
    fallback: 'true',
    purpose: 'false leaves signals and traffic to Nest; hooks still run when Nest closes',
  }),
  gracePeriod: duration({
    variable: 'SHUTDOWN_GRACE_PERIOD',
    example: "'30s'",
    fallback: '30s',
    purpose: 'what the platform gives between its signal and SIGKILL',
  }),
  preStop: duration({
    variable: 'SHUTDOWN_PRE_STOP',
    example: "'2s'",
    fallback: '0s',
    purpose: 'what a preStop hook uses up of gracePeriod before the signal',
  }),
  lameDuck: {
    variable: 'SHUTDOWN_LAME_DUCK',
    allowedInVariable: 'a duration such as 5s, or 2s..15s with the shorter one first, 24 h at most',
    allowed:
      'a duration, or { min, max, quiet, untilProbesFailed } and nothing else, with min <= max, both of them unless ' +
      "there is untilProbesFailed, which is a whole number from 1 ('2s..15s' in the environment)",
    example: "'5s'",
    fallback: '5s to 10s in production, 0s elsewhere and where nothing listens',
    purpose: 'how long to keep serving with a red readiness, so that routers can look elsewhere',
    parse: parseLameDuck,
    parseVariable: parseLameDuckVariable,
  },
  singleReplica: SINGLE_REPLICA,
  drainTimeout: duration({
    variable: 'SHUTDOWN_DRAIN_TIMEOUT',
    example: "'15s'",
    fallback: 'the rest of the budget',
    purpose: 'cap on the wait for what is in flight',
  }),
  hookBudget: duration({
    variable: 'SHUTDOWN_HOOK_BUDGET',
    example: "'5s'",
    fallback: '5s',
    purpose: "time kept for hooks, and for Nest's own hooks and dispose",
  }),
  intake: {
    allowed: "{ 'name of a source': 'lame-duck' | 'drain' }, with the names that the report has",
    example: "{ 'bullmq:replies': 'drain' }",
    fallback: "{}, which is 'lame-duck' for each",
    purpose: "when consumers stop: at the signal, or with 'drain' once nothing else is in flight that may need them",
    parse: parseIntake,
  } satisfies OptionField<Settings['intake']>,
  lateRequests: choice<LateRequests>(['serve', 'refuse'], {
    variable: 'SHUTDOWN_LATE_REQUESTS',
    fallback: 'serve',
    purpose: 'what requests get that arrive while draining: an answer, or 503',
  }),
  lingerOnClose: flag({
    fallback: 'true in production, false elsewhere and with NODE_ENV=test',
    purpose: 'whether app.close(), like a signal, leaves idle connections open for 250 ms',
  }),
  retryAfter: {
    variable: 'SHUTDOWN_RETRY_AFTER',
    allowedInVariable: 'a duration such as 1s, or 1s..5s with the shorter one first, 24 h at most',
    allowed: "a duration, or { min, max } with min <= max ('1s..5s' in the environment)",
    example: "'1s'",
    fallback: '1s',
    purpose: 'the Retry-After of a refused request, rounded up to seconds; random between min and max',
    parse: parseRange,
    parseVariable: parseRangeVariable,
  } satisfies OptionField<Range>,
  lateRequestBody: {
    allowed: 'an object to send as JSON, or a function of the request that returns one',
    example: "{ error: 'restarting' }",
    fallback: "Nest's error shape, code SHUTTING_DOWN",
    purpose: 'the body of a refused request',
    parse: parseLateRequestBody,
  } satisfies OptionField<LateRequestBody>,
  exempt: {
    allowed:
      "a list of paths as clients write them, without parameters, each with '/*' at the end for everything below, or " +
      "with '!' before it for one that is waited for",
    example: "['/status', '/admin/*', '!/metrics']",
    fallback: 'none, beside the usual probes and /metrics',
    purpose: "paths that are neither waited for nor refused; '!' before one that is, although it is a usual one",
    parse: parseExempt,
  } satisfies OptionField<ExemptSettings>,
  correlationId: {
    allowed: 'a function of the request that returns a string',
    example: "(request) => request.headers['x-amzn-trace-id']",
    fallback: "x-request-id, or traceparent's trace id",
    purpose: 'what logs and the report call a request by, besides its route',
    parse: parseCorrelationId,
  } satisfies OptionField<CorrelationId>,
  longLived: {
    allowed:
      '{ spread, retry, closeCode, closeReason, event } and nothing else: durations; a code of 1000 to 1014 (but 1004 to ' +
      '1006) or 3000 to 4999; a reason of 123 bytes at most; an event name that socket.io does not reserve',
    example: "{ spread: '5s', closeCode: 1001 }",
    fallback: "{ spread: '5s', retry: { min: '1s', max: '5s' }, closeCode: 1001, … }",
    purpose: 'how event streams, WebSockets and @LongLived() requests are ended',
    parse: parseLongLived,
  } satisfies OptionField<LongLivedSettings>,
  probePort: {
    variable: 'SHUTDOWN_PROBE_PORT',
    allowed: 'a port number from 0 to 65535 (0: any free one)',
    example: '9000',
    fallback: 'none',
    purpose: 'serves the probes on a port of their own too, open until exit',
    parse: parsePort,
    parseVariable: (text) => (/^\d+$/.test(text.trim()) ? parsePort(Number(text)) : INVALID),
  } satisfies OptionField<number>,
  drainEndpoint: flag({
    fallback: 'false',
    purpose: 'serves POST /drain on the probe port, for this machine alone: drains, and answers when that is over',
  }),
  livePage: LIVE_PAGE,
  ecsTaskProtection: {
    allowed: "true, false or a duration from '1m' to '24h'",
    example: 'true',
    fallback: 'false',
    purpose: 'on ECS, protects the task from scale-in while anything is in flight; renewed in time, true is 1h',
    parse: parseTaskProtection,
  } satisfies OptionField<number>,
  metrics: METRICS_FIELD,
  traces: flag({
    variable: 'SHUTDOWN_TRACES',
    fallback: 'false',
    purpose: 'the shutdown as a trace of OpenTelemetry, by the tracer provider of the process',
  }),
  health: {
    allowed: "true, false or { path } with a path that starts with '/'",
    example: 'true',
    fallback: 'false',
    purpose: 'ready-made /health/live, /health/ready and /health/startup',
    parse: parseHealth,
  } satisfies OptionField<Settings['health']>,
  readiness: READINESS_FIELD,
  ...HEALTH_FIELDS,
  productionReadiness: PRODUCTION_READINESS_FIELD,
  exit: choice<ExitStyle>(['code', 'signal'], {
    fallback: 'code',
    purpose: 'after a clean stop: exit with code 0, or raise the signal again',
  }),
  knownVariables: {
    allowed: "a list of names such as ['SHUTDOWN_WEBHOOK_URL']",
    example: "['SHUTDOWN_WEBHOOK_URL']",
    fallback: 'none',
    purpose: 'variables that begin with SHUTDOWN_ and belong to something else, so that no warning names them',
    parse: parseNames,
  } satisfies OptionField<readonly string[]>,
  uncaughtErrors: choice<UncaughtErrors>(['crash', 'shutdown'], {
    fallback: 'crash',
    purpose: "what an uncaught error does: 'shutdown' drains, runs the hooks, and exits 1",
  }),
  raiseOnError: flag({
    fallback: 'false',
    purpose: 'whether app.close() rejects when a hook or a background task has failed, after everything has run',
  }),
  signals: {
    allowed: "a list of signal names such as ['SIGTERM', 'SIGINT']; SIGKILL and SIGSTOP cannot be heard",
    example: "['SIGTERM', 'SIGINT']",
    fallback: 'SIGTERM and SIGINT, and SIGBREAK on Windows',
    purpose: 'the signals that start a shutdown',
    parse: parseSignals,
  } satisfies OptionField<readonly NodeJS.Signals[]>,
  ...REPORT_FIELDS,
  watchdog: flag({
    variable: 'SHUTDOWN_WATCHDOG',
    fallback: 'false',
    purpose: 'a thread that finds out which code blocks the event loop while the service stops',
  }),
  dump: DUMP_FIELD,
  resources: {
    allowed: "true, false or { except } with a list of tokens, or of names such as ['pg Pool PG_POOL']",
    example: "{ except: ['PG_POOL'] }",
    fallback: 'true',
    purpose: 'whether pools and clients among the providers are closed when all hooks have run',
    parse: parseResources,
  } satisfies OptionField<Settings['resources']>,
  acceptUnseen: {
    allowed: `a list of ${UNSEEN_KINDS.map((kind) => `'${kind}'`).join(', ')}`,
    example: "['schedule', 'events']",
    fallback: 'none',
    purpose: 'kinds of work that cannot be seen and do not make the outcome unverified',
    parse: parseUnseenKinds,
  } satisfies OptionField<readonly UnseenKind[]>,
} as const satisfies Readonly<Record<keyof GracefulShutdownOptions, OptionField<unknown>>>;

type Parsed<T> = T extends OptionField<infer V> ? V : never;

/** Every option that was written, parsed. */
export type WrittenOptions = {
  readonly [K in keyof typeof OPTION_FIELDS]: Parsed<(typeof OPTION_FIELDS)[K]> | undefined;
};
