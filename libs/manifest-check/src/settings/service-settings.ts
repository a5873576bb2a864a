import { type Field } from '../source/field.js';
import { type UnknownVariable } from './unknown-variables.js';

/**
 * What a service does with its time from the signal on: the settings of `nestjs-lifecycle` that files can
 * contradict, complete and in milliseconds.
 */
export interface ServiceSettings {
  readonly enabled: boolean;
  /** What the service believes it gets between the deletion and SIGKILL. */
  readonly gracePeriodMs: number;
  /** What it believes a preStop hook uses up of that. */
  readonly preStopMs: number;
  /** Kept free before SIGKILL. */
  readonly marginMs: number;
  /** What it may take from the signal on: `gracePeriod − preStop − margin`. */
  readonly budgetMs: number;
  /** How long it goes on accepting connections after the signal. */
  readonly lameDuck: { readonly minMs: number; readonly maxMs: number };
  /** Whether it goes on until its successor gets the requests, and how long that takes at least; `false`: it does not. */
  readonly singleReplica: number | false;
  /** How long it waits for what is in flight, where the lame duck takes all of its time. */
  readonly drainTimeoutMs: number;
  /** Whether that is a cap; otherwise the drain gets what the lame duck leaves, too. */
  readonly isDrainCapped: boolean;
  readonly hookBudgetMs: number;
  readonly lateRequests: 'serve' | 'refuse';
  readonly probePort: number | undefined;
  /** The path before `/live`, `/ready` and `/startup`; `undefined`: no such routes. */
  readonly healthPath: string | undefined;
  /** What readiness answers during a shutdown. */
  readonly readinessOnShutdown: 'fail' | 'pass';
  readonly signals: readonly string[];
  readonly server: ServerSettings;
  readonly origin: 'printed' | 'environment' | 'defaults';
  /** Where in the files a setting is written, by its variable: `SHUTDOWN_GRACE_PERIOD`. */
  readonly variables: ReadonlyMap<string, Field>;
  /** Variables that have no say, since the code has written what they would set. */
  readonly overruled: ReadonlySet<string>;
  /** Variables that begin like those of the service, and that nothing reads. */
  readonly unknownVariables: readonly UnknownVariable[];
  /** Variables that say something else here than they said where the settings were printed. */
  readonly differences: readonly SettingDifference[];
  /** Why the service would refuse to start with what the files say. */
  readonly problems: readonly SettingProblem[];
}

/** What is known of the HTTP server; files never say it, only the service itself. */
export interface ServerSettings {
  readonly port?: number | undefined;
  /** `server.keepAliveTimeout`. Node's default is 5 s, Fastify's 72 s. */
  readonly keepAliveTimeoutMs?: number | undefined;
  /** `server.requestTimeout`; 0: none. Node's default is 300 s, Fastify's 0. */
  readonly requestTimeoutMs?: number | undefined;
  readonly headersTimeoutMs?: number | undefined;
}

/** A variable that is not what it was where the settings were printed. */
export interface SettingDifference {
  readonly name: string;
  readonly field: Field;
  /** `null`: it was not set. */
  readonly printedText: string | null;
}

/** A value the service would not start with. */
export interface SettingProblem {
  /** Where it is written. */
  readonly field: Field;
  readonly message: string;
  /** What to type. */
  readonly remedy: string;
}
