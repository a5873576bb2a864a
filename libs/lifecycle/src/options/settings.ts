import {
  type CorrelationId,
  type ExitStyle,
  type IntakeStop,
  type LateRequestBody,
  type LateRequests,
  type OnReport,
  type UncaughtErrors,
} from './graceful-shutdown-options.js';
import { type DumpSettings } from './dump-option.js';
import { type EventLoopSettings } from './event-loop-option.js';
import { type HealthMonitorSettings } from './health-monitor-option.js';
import { type MetricsSettings } from './metrics-option.js';
import { type ProductionReadinessSettings } from './production-readiness-option.js';
import { type SingleReplica } from './single-replica-option.js';
import { type UnseenKind } from './unseen-kinds.js';

/** The options after defaults and validation: complete, in milliseconds, frozen. The rest of the code sees only this. */
export interface Settings {
  readonly enabled: boolean;
  readonly gracePeriodMs: number;
  readonly preStopMs: number;
  /** Kept free before the platform's SIGKILL. */
  readonly marginMs: number;
  /** What a shutdown may take from the signal on: `gracePeriod − preStop − margin`. */
  readonly budgetMs: number;
  readonly lameDuck: LameDuck;
  /** Whether readiness stays green and the lame duck waits for a successor, and how long that takes at least, in milliseconds. */
  readonly singleReplica: SingleReplica;
  /** What the drain gets at least, when everything before it took its full share; its cap where `isDrainCapped`. */
  readonly drainTimeoutMs: number;
  /** Whether the drain was given a cap. Otherwise what the lame duck leaves of its share goes to the drain. */
  readonly isDrainCapped: boolean;
  readonly hookBudgetMs: number;
  /** When sources stop, by their names; those that are not named stop when they say so. */
  readonly intake: Readonly<Record<string, IntakeStop>>;
  readonly lateRequests: LateRequests;
  /** Whether idle connections linger by `app.close()`, as they do by a signal. */
  readonly lingerOnClose: boolean;
  /** Whole seconds, for the `Retry-After` header. */
  readonly retryAfterSeconds: Range;
  readonly lateRequestBody: LateRequestBody | undefined;
  readonly exempt: ExemptSettings;
  readonly correlationId: CorrelationId | undefined;
  readonly longLived: LongLivedSettings;
  /** `undefined`: no probe server. */
  readonly probePort: number | undefined;
  /** Whether a drain can be asked for on the probe port. */
  readonly drainEndpoint: boolean;
  /** Whether a page on the probe port shows what is going on. */
  readonly livePage: boolean;
  /** How long a protection of the ECS task lasts, in whole minutes; 0: it is not protected. */
  readonly ecsTaskProtection: number;
  readonly metrics: MetricsSettings;
  /** Whether the shutdown is traced by OpenTelemetry. */
  readonly traces: boolean;
  readonly health: { readonly isServed: boolean; readonly path: string };
  readonly readiness: {
    readonly onShutdown: 'fail' | 'pass';
    readonly cacheForMs: number;
    readonly timeoutMs: number;
    /** `undefined`: readiness does not depend on the event loop. */
    readonly eventLoop: EventLoopSettings | undefined;
  };
  readonly healthMonitor: HealthMonitorSettings;
  /** Milliseconds between two rounds of checks. */
  readonly healthCheckInterval: number;
  /** How many checks of a component are kept. */
  readonly healthHistorySize: number;
  /** The score below which a component is degraded. */
  readonly healthAnomalyThreshold: number;
  readonly productionReadiness: ProductionReadinessSettings;
  readonly exit: ExitStyle;
  /** Variables that begin like ours, and belong to something else. */
  readonly knownVariables: readonly string[];
  readonly uncaughtErrors: UncaughtErrors;
  /** Whether `app.close()` rejects when something has failed. */
  readonly raiseOnError: boolean;
  readonly signals: readonly NodeJS.Signals[];
  /** `undefined`: the report is written to no file. */
  readonly reportFile: string | undefined;
  readonly terminationLog: TerminationLog;
  readonly onReport: OnReport | undefined;
  /** Whether a thread watches the event loop while the service stops. */
  readonly watchdog: boolean;
  readonly dump: DumpSettings;
  /** Which resources are closed by the library; `except` has tokens and names of the others. */
  readonly resources: { readonly areClosed: boolean; readonly except: readonly unknown[] };
  /** Kinds of work that cannot be seen and that the user takes care of. */
  readonly acceptUnseen: readonly UnseenKind[];
}

/** Paths that are neither waited for nor refused; each may end in `/*` for everything below. */
export interface ExemptSettings {
  /** Exempt for GET and HEAD, unless the options take them out. */
  readonly usual: readonly string[];
  /** Exempt by the options, for any method. */
  readonly listed: readonly string[];
  /** Written with a `!` in the options: neither usual nor listed paths are exempt there. */
  readonly except: readonly string[];
}

/** How long to keep serving after the signal; `minMs` and `maxMs` are the same for a fixed time. */
export interface LameDuck {
  readonly minMs: number;
  readonly maxMs: number;
  /** `undefined`: traffic is not looked at. */
  readonly quietMs: number | undefined;
  /** `undefined`: probes are not counted. */
  readonly untilProbesFailed: number | undefined;
  /** Whether code or the environment set it; the default one is left out where nothing listens. */
  readonly isExplicit: boolean;
}

/** Where the termination message goes. */
export interface TerminationLog {
  /** `undefined`: nowhere. */
  readonly path: string | undefined;
  /** Whether no option says so: then the file may be missing. */
  readonly isDefault: boolean;
}

/** Anything from `min` to `max`; the same for a fixed value. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** How long-lived streams are ended. */
export interface LongLivedSettings {
  readonly spreadMs: number;
  readonly retryMs: Range;
  readonly closeCode: number;
  readonly closeReason: string;
  readonly event: string;
}

/** Injection token of {@link Settings}; shared by every loaded copy of this package. */
export const SETTINGS = Symbol.for('nestjs-lifecycle.settings');
