import { type IncomingMessage } from 'node:http';
import { type Duration } from '../deadline/duration.js';
import { type DumpOptions, type DumpSignalName } from './dump-option.js';
import { type HealthMonitorOptions } from './health-monitor-option.js';
import { type MetricsRegistry } from './metrics-registry.js';
import { type ShutdownReport } from '../report/shutdown-report.js';
import { type UnseenKind } from './unseen-kinds.js';

/**
 * What users may write. Everything has a default that is right for Kubernetes; durations are `'5s'`, `'250ms'` or
 * milliseconds. What is left out comes from the environment, then from the defaults.
 */
export interface GracefulShutdownOptions {
  /** `false` leaves signals and traffic to Nest; hooks still run, in order, when Nest closes. Default `true`. */
  readonly enabled?: boolean | undefined;
  /** What the platform gives between its signal and SIGKILL. Kubernetes: `terminationGracePeriodSeconds`. Default `'30s'`. */
  readonly gracePeriod?: Duration | undefined;
  /** What a preStop hook uses up of `gracePeriod` before the signal arrives. Default `0`. */
  readonly preStop?: Duration | undefined;
  /**
   * How long to keep serving, with a red readiness, before the listener closes: at least as long as the platform needs
   * to stop routing here. A duration is kept to; {@link LameDuckOptions} end it early. Default in production: 5 s, and up to 10 s
   * while requests come; less where the grace period or what is written for the drain and the hooks leaves less. 0 elsewhere, and
   * where nothing listens.
   */
  readonly lameDuck?: Duration | LameDuckOptions | undefined;
  /**
   * For a service of one pod, or whose pods all go at once: it stays ready and goes on serving until the new pod gets the requests. Sets
   * `readiness: { onShutdown: 'pass' }`, and a lame duck that ends once no request has come for 3 s, after 5 s at the earliest, at the
   * latest when drain and hooks need their time. A duration instead of `true` is how long a new pod needs to be ready: it ends
   * not before that, also where requests pause for longer. Not where a load balancer asks for readiness itself, such as an ALB. Not together
   * with `lameDuck`. Default `false`.
   */
  readonly singleReplica?: boolean | Duration | undefined;
  /**
   * Cap on the wait for what is in flight. Default: what the lame duck has left and `hookBudget` leaves of the budget; a lame duck that
   * ends early leaves it more.
   */
  readonly drainTimeout?: Duration | undefined;
  /** Time kept for hooks and for Nest's own hooks and dispose. Default 5 s. */
  readonly hookBudget?: Duration | undefined;
  /**
   * When sources that pull work in by themselves stop, by their names in the report: `{ 'bullmq:replies': 'drain' }`. Default
   * `'lame-duck'`: at the signal. See {@link IntakeStop}.
   */
  readonly intake?: Readonly<Record<string, IntakeStop>> | undefined;
  /** What requests get that arrive while draining: an answer, or 503 with `Retry-After`. Default `'serve'`. */
  readonly lateRequests?: LateRequests | undefined;
  /**
   * Whether `app.close()` leaves idle connections open for the 250 ms that a signal does, so that a request on its way is
   * answered and not reset. Default: `true` in production, where routers still send; `false` elsewhere and with
   * `NODE_ENV=test`, so that test suites close at once. It costs nothing where no connection is idle.
   */
  readonly lingerOnClose?: boolean | undefined;
  /**
   * The `Retry-After` of a refused request, rounded up to seconds; with `{ min, max }` a random one in between, so that
   * clients do not all come back at once. Default 1 s.
   */
  readonly retryAfter?: Duration | DurationRange | undefined;
  /**
   * The JSON body of a refused request, or a function that makes one. Default: Nest's error shape, with the code
   * `SHUTTING_DOWN`.
   */
  readonly lateRequestBody?: LateRequestBody | undefined;
  /**
   * Paths that are neither waited for nor refused, with any method, beside GET and HEAD of the usual probes and
   * `/metrics`: `'/status'`, or `'/admin/*'` for everything below. A `!` takes out what would be exempt otherwise,
   * wherever it is in the list: `'!/metrics'` for a service whose metrics are its business, or `'!/admin/import'` beside
   * `'/admin/*'`. The ready-made probes stay exempt. What is listed is exempt as it is spelt here, without the query;
   * what is taken out is so in every spelling that a router could take for it. Default: none.
   */
  readonly exempt?: readonly string[] | undefined;
  /**
   * What logs and the report call a request by, besides its route. Default: its `x-request-id`, or else the trace id of
   * its `traceparent`.
   */
  readonly correlationId?: CorrelationId | undefined;
  /** How long-lived streams (SSE, WebSockets, `@LongLived()`) are ended when the drain begins. */
  readonly longLived?: LongLivedOptions | undefined;
  /** Serves the probes on a port of their own too, open until exit; 0 picks a free one. Default: none. */
  readonly probePort?: number | undefined;
  /**
   * Serves `POST /drain` on the probe port, for requests from this machine alone: it drains the service, and answers when that
   * is over. For a preStop command. Default `false`.
   */
  readonly drainEndpoint?: boolean | undefined;
  /**
   * Serves `GET /lifecycle` on the probe port, for browsers on this machine alone: a page that shows what is in flight, the phase, the hooks
   * and the rest of the budget, until the exit. Default `false`.
   */
  readonly livePage?: boolean | undefined;
  /**
   * On ECS: protects the task of this process from scale-in while anything is in flight. `true`, or how long the protection lasts
   * where this process cannot renew it any more, from 1 minute to 24 hours. Default `false`; `true` is an hour.
   */
  readonly ecsTaskProtection?: boolean | Duration | undefined;
  /**
   * Measures the service and its shutdown. `true` serves `/metrics` on the probe port; {@link MetricsOptions} say where else the values
   * go. Default `false`: nothing is counted.
   */
  readonly metrics?: boolean | MetricsOptions | undefined;
  /**
   * Makes the shutdown a trace of OpenTelemetry: a span with a child for each phase, hook and source of work, by the global tracer
   * provider. Default `false`: the API is not loaded.
   */
  readonly traces?: boolean | undefined;
  /** Ready-made `/health/live`, `/health/ready`, `/health/startup` on the service's own port. Default `false`. */
  readonly health?: boolean | HealthOptions | undefined;
  /** How readiness behaves. */
  readonly readiness?: ReadinessOptions | undefined;
  /**
   * Checks components at an interval, scores them, raises alerts, and serves `/health/detailed` on the probe port. `true`, or
   * {@link HealthMonitorOptions}. Default `false`: nothing is checked, and components that are added are forgotten.
   */
  readonly healthMonitor?: boolean | HealthMonitorOptions | undefined;
  /** How often the health monitor checks every component, 100 ms at least. Default 30 s. */
  readonly healthCheckInterval?: Duration | undefined;
  /** How many checks of each component are kept, from 20 to 1000. Default 100. */
  readonly healthHistorySize?: number | undefined;
  /** The score below which a component is degraded and an alert is raised, more than 0 and 1 at most. Default 0.8. */
  readonly healthAnomalyThreshold?: number | undefined;
  /**
   * Checks the configuration of the application when it starts: secrets, debugging, databases, CORS, probes, and what you add. `true`
   * refuses to start in production with a problem, and names all of them with what to type; elsewhere it warns. `'warn'` warns
   * everywhere; {@link ProductionReadinessOptions} say more. Default `false`: nothing is looked at.
   */
  readonly productionReadiness?: boolean | CheckLevel | ProductionReadinessOptions | undefined;
  /** After a clean stop: exit with code 0, or raise the signal again so that the parent sees it. Default `'code'`. */
  readonly exit?: ExitStyle | undefined;
  /**
   * Variables that begin with `SHUTDOWN_` and belong to something else: at boot a warning tells of every other one that
   * nothing reads. Default: none.
   */
  readonly knownVariables?: readonly string[] | undefined;
  /**
   * What an uncaught error does, and an unhandled rejection, from the end of the boot on. `'crash'`:
   * Node ends the process at once, without hooks. `'shutdown'`: as at a signal everything in flight is finished and the
   * hooks run, then the process exits with 1. Code that has thrown may have left anything half done: choose it where
   * losing the work of others is worse. Default `'crash'`.
   */
  readonly uncaughtErrors?: UncaughtErrors | undefined;
  /**
   * Whether `app.close()` rejects with a `ShutdownFailedError` when a hook or a background task has failed, after everything
   * has run. It never changes how a signal ends the process. Default `false`: it resolves, and the report says it.
   */
  readonly raiseOnError?: boolean | undefined;
  /** The signals that start a shutdown. Default SIGTERM and SIGINT, and SIGBREAK on Windows. */
  readonly signals?: readonly NodeJS.Signals[] | undefined;
  /**
   * A file that gets the report as JSON when the shutdown is over, also where the process had to end before it was finished: an absolute path, or
   * one that begins with `./`. The file appears whole, or not at all; one that is there is replaced. Default: none.
   */
  readonly reportFile?: string | undefined;
  /**
   * The file whose text Kubernetes shows as the message of a container that has ended: the `terminationMessagePath` of the container, or
   * `false`. It gets how the shutdown ended, for people, in 4,096 bytes. It is never created. Default in
   * Kubernetes `/dev/termination-log`, and elsewhere none.
   */
  readonly terminationLog?: string | false | undefined;
  /**
   * Called with the report when the shutdown is over, just before the process ends, and in `app.close()`. What it returns is waited for
   * within the rest of the budget and half of the margin, and 250 ms after a second signal; what it throws is logged. It cannot wait
   * where other code has called `process.exit()`. Default: none.
   */
  readonly onReport?: OnReport | undefined;
  /**
   * Starts a thread with the shutdown, which reads the stack of code that blocks the event loop for a second or longer. It takes 30 to 50 ms of
   * CPU time and 10 to 20 MB of memory, so it is `false` by default. A block is named in the report in any case, and its stack with this.
   */
  readonly watchdog?: boolean | undefined;
  /**
   * The signal at which a running service writes to the log what it is doing: what is in flight, which hooks run, open handles, how busy the
   * event loop is, and what is left of the budget. {@link DumpOptions} serve it on the probe port as well. Never on Windows. Default
   * `false`.
   */
  readonly dump?: false | DumpSignalName | DumpOptions | undefined;
  /**
   * Whether pools, clients and exporters among the providers are closed by themselves, once every hook of the application has
   * run: `false` leaves all of them to the application, `{ except }` some, by their tokens or by their names in
   * `shutdown.plan()`. Default `true`.
   */
  readonly resources?: boolean | ResourceOptions | undefined;
  /**
   * Kinds of work that the library cannot see and that you take care of yourself: `['schedule', 'events']`. They no
   * longer make the outcome `unverified`. The report's `unseen` names the kinds. Default: none.
   */
  readonly acceptUnseen?: readonly UnseenKind[] | undefined;
}

/** Which resources are left to the application. */
export interface ResourceOptions {
  /** Tokens of providers, or names as `shutdown.plan()` has them. */
  readonly except: readonly (string | symbol | (abstract new (...args: never[]) => unknown))[];
}

/**
 * A lame duck that ends early: once traffic has gone, or once health checkers have seen it. All times count from
 * the signal, or from the end of the start that it came in, and are durations such as `'5s'`, or milliseconds.
 *
 * `min` wins over everything but the budget: nothing ends the lame duck before it. After that whichever comes first ends
 * it: `quiet`, `untilProbesFailed`, or `max`. Where hooks need their share of the budget earlier, that wins even over
 * `min`. The report says in `lameDuck.endedBy` which it was.
 *
 * - `{ min, max }`: both have to be written. Ends once traffic has gone.
 * - `{ untilProbesFailed }`: `min` and `max` may be left out. Ends once probes have failed; traffic is not looked at.
 * - `{ untilProbesFailed, quiet }`: ends with either.
 */
export interface LameDuckOptions {
  /** Never shorter than this, and no longer than `max`. Default 0 with `untilProbesFailed`; without it, none. */
  readonly min?: Duration | undefined;
  /**
   * Never longer than this; it has to fit the budget. Default with `untilProbesFailed`: 5 s, or a quarter of the budget
   * where that is less, but at least `min`; without it, none.
   */
  readonly max?: Duration | undefined;
  /**
   * How long no request but exempt ones must have come, counted from the newest or from the signal. One longer than `max`
   * never ends anything. Default 1 s; with `untilProbesFailed`: traffic is not looked at.
   */
  readonly quiet?: Duration | undefined;
  /**
   * How many failing readiness answers must have been delivered since the signal, a whole number from 1: for load
   * balancers that check health themselves, as many as all their checkers together need to take the service out. An
   * answer counts when its request has asked `ReadinessHealthIndicator`, on whatever path, or was one for a ready-made
   * `/ready`, also on the probe port. Answers to one address (one network of 64 bits in IPv6) count once a second, so that
   * one quick client does not look like many checkers; keep the route from the public all the same. Not together with `readiness: { onShutdown: 'pass' }`. Default: not counted.
   */
  readonly untilProbesFailed?: number | undefined;
}

/** Anything from `min` to `max`. */
export interface DurationRange {
  readonly min: Duration;
  readonly max: Duration;
}

/** What a refused request gets instead of Nest's error shape: something for `JSON.stringify`, or what makes it. */
export type LateRequestBody = object | ((request: IncomingMessage) => object | Promise<object>);

/** Gets the report of a shutdown that is over. */
export type OnReport = (report: ShutdownReport) => unknown;

/** Finds the id a request is known by elsewhere; nothing when it has none. Called only when a log line or the report needs it. */
export type CorrelationId = (request: IncomingMessage) => string | readonly string[] | undefined;

/** How long-lived streams are ended. */
export interface LongLivedOptions {
  /**
   * Over how long many of them are ended, in jittered batches; few take less, and never more than half of the
   * drain's share. Default 5 s.
   */
  readonly spread?: Duration | undefined;
  /** The `retry:` an event stream gets before it ends: when its client may come back. Default 1 s to 5 s. */
  readonly retry?: Duration | DurationRange | undefined;
  /** Close code of WebSockets: 1000 to 1014 or 3000 to 4999. Default 1001, going away (RFC 6455 §7.4). */
  readonly closeCode?: number | undefined;
  /** Close reason of WebSockets, 123 bytes at most. Default `'server is shutting down'`. */
  readonly closeReason?: string | undefined;
  /** What socket.io clients are sent before they are disconnected. Default `'server-shutting-down'`. */
  readonly event?: string | undefined;
}

/** Where metrics go, and what is measured. */
export interface MetricsOptions {
  /**
   * Your registry of prom-client: `registry: register`. The metrics are put into it, and `/metrics` on the probe port has all of it.
   * Default: none, and `/metrics` has those of this module alone.
   */
  readonly registry?: MetricsRegistry | undefined;
  /** Whether HTTP requests are counted and timed by route. Default `true`; left out where your registry has such metrics. */
  readonly requests?: boolean | undefined;
  /** Makes the same instruments with the global meter provider of OpenTelemetry. Default `false`. */
  readonly openTelemetry?: boolean | undefined;
  /**
   * How long the process may wait at its end until the probe port has been scraped once more, within what is left of the budget.
   * Needs a `probePort`. Default `0`: it does not wait.
   */
  readonly lastScrape?: Duration | undefined;
  /** The group of a Pushgateway that gets the final values: `http://pushgateway:9091/metrics/job/orders`. Default: none. */
  readonly pushgateway?: string | undefined;
  /** A file that keeps how this run ended, for `shutdown_previous_outcome` of the next one. Default: none. */
  readonly stateFile?: string | undefined;
}

/** What a problem of the configuration does in production: ends the start, is logged, or is not looked for. */
export type CheckLevel = 'refuse' | 'warn' | 'off';

/** What is checked of the configuration, and what a problem does. */
export interface ProductionReadinessOptions {
  /** What problems do in production. Elsewhere they warn. Default `'refuse'`. */
  readonly inProduction?: CheckLevel | undefined;
  /**
   * The variables with secrets that there must be: a list of names, with 32 characters at least, or the least number of characters
   * by the name. Others with a well-known name (`JWT_SECRET`) are looked at where they are set. Default: none.
   */
  readonly secrets?: readonly string[] | Readonly<Record<string, number>> | undefined;
  /** What the problems of a check do, by its name, in place of `inProduction`: `{ debug: 'warn' }`. Default: none. */
  readonly checks?: Readonly<Record<string, CheckLevel>> | undefined;
  /**
   * Problems that are accepted, with the reason: by the id that the message has, or the name of a check.
   * `{ 'databases:DATABASE_URL': 'the proxy runs beside the service' }`. Default: none.
   */
  readonly accept?: Readonly<Record<string, string>> | undefined;
  /** How long a check may take; one that takes longer is a problem. Default 5 s. */
  readonly timeout?: Duration | undefined;
}

/** Where the ready-made probes are. */
export interface HealthOptions {
  /** Path before `/live`, `/ready`, `/startup`. Default `/health`. */
  readonly path?: string | undefined;
}

/** How readiness behaves. */
export interface ReadinessOptions {
  /**
   * `'pass'` keeps readiness green during a shutdown, for the cases where a red one takes away the last endpoint
   * (one replica, `externalTrafficPolicy: Local`; KEP-1669). Default `'fail'`.
   */
  readonly onShutdown?: 'fail' | 'pass' | undefined;
  /** How long the result of a gate is reused. Default 1 s. */
  readonly cacheFor?: Duration | undefined;
  /** How long a gate may take before it counts as down. Default 800 ms, within Kubernetes' probe timeout of 1 s. */
  readonly timeout?: Duration | undefined;
  /**
   * Makes the service not ready while its event loop is busy: `true`, or {@link EventLoopOptions}. Default `false`: nothing is
   * measured.
   */
  readonly eventLoop?: boolean | EventLoopOptions | undefined;
}

/** How busy the event loop may be. It is measured over each second, and counts once it was over a limit in three of them in a row. */
export interface EventLoopOptions {
  /** How late timers may be, on average. Default 500 ms. */
  readonly delay?: Duration | undefined;
  /** Which part of the time it may be busy, more than 0 and 1 at most. Default 0.98. */
  readonly utilization?: number | undefined;
}

/**
 * When a source that pulls work in stops: `'lame-duck'`, at the signal, because other instances can pull what comes from then
 * on; or `'drain'`, in the drain, once no other source has anything in flight, because what is in flight needs this very
 * consumer to finish: a request that waits for a queue of replies of its own, a job that waits for its children.
 */
export type IntakeStop = 'lame-duck' | 'drain';

/** What requests get that arrive while draining: an answer, or 503. */
export type LateRequests = 'serve' | 'refuse';
/** How the process ends after a clean stop: with code 0, or by the signal it got. */
export type ExitStyle = 'code' | 'signal';

/** What an uncaught error does: ends the process at once, or starts a shutdown. */
export type UncaughtErrors = 'crash' | 'shutdown';

/** For `forRootAsync({ useClass })` and `{ useExisting }`. */
export interface GracefulShutdownOptionsFactory {
  createGracefulShutdownOptions(): GracefulShutdownOptions | Promise<GracefulShutdownOptions>;
}
