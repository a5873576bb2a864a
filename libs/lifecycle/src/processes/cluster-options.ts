import { availableParallelism, constants } from 'node:os';
import { type Duration, parseEnvironmentDuration } from '../deadline/duration.js';
import { isObject } from '../errors/foreign-value.js';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { marginOf } from '../options/share-out.js';
import { defaultSignals, type ReadVariable } from '../platform/platform.js';
import { type RestartPolicy } from '../tasks/backoff.js';
import { explainFlaws, type Flaw, readMs, unknownKeys } from '../tasks/read-options.js';
import { readRestart, type RestartOptions } from '../tasks/restart-options.js';
import { type ClusterReport } from './cluster-report.js';

/** How a cluster of workers starts, serves and stops. */
export interface ClusterOptions {
  /** How many workers serve, from 1 to 1024. Default: one for each processor that this process may use. */
  readonly workers?: number | undefined;
  /**
   * What the platform gives between its signal and SIGKILL. Workers that have not ended shortly before that are killed. Default:
   * `SHUTDOWN_GRACE_PERIOD`, which the workers read as well, else 30 s. `SHUTDOWN_PRE_STOP` is taken from it.
   */
  readonly gracePeriod?: Duration | undefined;
  /**
   * How a worker that has ended by itself is replaced. `false`: then the whole cluster stops, with the exit code of that worker.
   * Nothing is replaced while the cluster stops. Default `{}`: without a limit, after 1 s at most, then 2 s, up to 30 s.
   */
  readonly restart?: RestartOptions | false | undefined;
  /** How long a worker may take until it is ready; one that takes longer is killed. Default 60 s. */
  readonly startTimeout?: Duration | undefined;
  /** The signals that stop the cluster. Default SIGTERM and SIGINT, and SIGBREAK on Windows. */
  readonly signals?: readonly NodeJS.Signals[] | undefined;
  /**
   * The signal that replaces one worker after the other; `false` for none. Default `'SIGHUP'`, but for a cluster that was started in a
   * terminal, which sends SIGHUP when it is closed: there it stops the cluster.
   */
  readonly reloadSignal?: NodeJS.Signals | false | undefined;
  /** Where the primary writes its lines. Default: `console.error` for errors and warnings, `console.log` for others. */
  readonly log?: ((line: string, level: 'log' | 'warn' | 'error') => unknown) | undefined;
  /** Called with the report, before the primary ends. */
  readonly onReport?: ((report: ClusterReport) => unknown) | undefined;
}

/** The options with their defaults, in milliseconds. */
export interface ClusterSettings {
  readonly workers: number;
  /** From the signal until workers are killed: within the margin that a worker leaves by itself. */
  readonly budgetMs: number;
  readonly restart: RestartPolicy | undefined;
  readonly startTimeoutMs: number;
  readonly signals: readonly NodeJS.Signals[];
  readonly reloadSignal: NodeJS.Signals | undefined;
  readonly log: NonNullable<ClusterOptions['log']>;
  readonly onReport: NonNullable<ClusterOptions['onReport']>;
}

/** Where a cluster runs. */
export interface ClusterPlace {
  readonly variable: ReadVariable;
  readonly platform: NodeJS.Platform;
  /** Whether a terminal has started it, and may send SIGHUP. */
  readonly isTerminal: boolean;
}

const MOST_WORKERS = 1024;
const DEFAULT_GRACE_MS = 30_000;
const DEFAULT_START_MS = 60_000;
const DEFAULT_RESTART: RestartPolicy = { maxAttempts: Number.POSITIVE_INFINITY, initialMs: 1000, maxMs: 30_000 };
const NAMES = ['workers', 'gracePeriod', 'restart', 'startTimeout', 'signals', 'reloadSignal', 'log', 'onReport'];

/** @throws LifecycleError `INVALID_CLUSTER` with everything that is wrong, and what to type */
export function readClusterOptions(options: unknown, place: ClusterPlace): ClusterSettings {
  const flaws: Flaw[] = [...unknownKeys(options, NAMES, '')];
  const given = isObject(options) ? options : {};
  const settings: ClusterSettings = {
    workers: readWorkers(given['workers'], flaws),
    budgetMs: readBudget(given['gracePeriod'], place, flaws),
    restart: given['restart'] === undefined ? DEFAULT_RESTART : readRestart(given['restart'], flaws),
    startTimeoutMs: readMs({ option: 'startTimeout', value: given['startTimeout'], fallback: DEFAULT_START_MS }, flaws),
    signals: readSignals(given['signals'], place, flaws),
    reloadSignal: readReloadSignal(given['reloadSignal'], place, flaws),
    log: readFunction('log', given['log'], flaws) ?? writeLine,
    onReport: readFunction('onReport', given['onReport'], flaws) ?? ((): undefined => undefined),
  };
  if (flaws.length === 0) return settings;
  throw new LifecycleError('INVALID_CLUSTER', explainFlaws('runCluster() cannot start its workers as written.', flaws));
}

function writeLine(line: string, level: 'log' | 'warn' | 'error'): void {
  console[level](line);
}

function readWorkers(value: unknown, flaws: Flaw[]): number {
  if (value === undefined) return availableParallelism();
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MOST_WORKERS) return value;
  flaws.push({
    option: 'workers',
    received: value,
    allowed: `a whole number from 1 to ${MOST_WORKERS}`,
    example: 'workers: 4',
  });
  return 1;
}

/** Half of the margin that a worker keeps free is left for killing it. */
function readBudget(value: unknown, { variable }: ClusterPlace, flaws: Flaw[]): number {
  const fromVariable = (name: string): number | undefined => {
    const text = variable(name);
    return text === undefined ? undefined : parseEnvironmentDuration(text);
  };
  const fallback = fromVariable('SHUTDOWN_GRACE_PERIOD') ?? DEFAULT_GRACE_MS;
  const graceMs = readMs({ option: 'gracePeriod', value, fallback }, flaws);
  return Math.max(0, graceMs - (fromVariable('SHUTDOWN_PRE_STOP') ?? 0) - marginOf(graceMs) / 2);
}

function readSignals(value: unknown, { platform }: ClusterPlace, flaws: Flaw[]): readonly NodeJS.Signals[] {
  if (value === undefined) return defaultSignals(platform);
  if (Array.isArray(value) && value.length > 0 && value.every(canBeHeard)) return value;
  flaws.push({
    option: 'signals',
    received: value,
    allowed: "a list of signal names such as ['SIGTERM', 'SIGINT']; SIGKILL and SIGSTOP cannot be heard",
    example: "signals: ['SIGTERM', 'SIGINT']",
  });
  return [];
}

function readReloadSignal(value: unknown, place: ClusterPlace, flaws: Flaw[]): NodeJS.Signals | undefined {
  if (value === undefined) return place.isTerminal || place.platform === 'win32' ? undefined : 'SIGHUP';
  if (value === false) return undefined;
  if (canBeHeard(value)) return value;
  flaws.push({
    option: 'reloadSignal',
    received: value,
    allowed: 'the name of a signal that can be heard, or false',
    example: "reloadSignal: 'SIGHUP'",
  });
  return undefined;
}

function canBeHeard(value: unknown): value is NodeJS.Signals {
  return typeof value === 'string' && value in constants.signals && value !== 'SIGKILL' && value !== 'SIGSTOP';
}

function readFunction(
  option: string,
  value: unknown,
  flaws: Flaw[],
): ((...args: readonly unknown[]) => unknown) | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'function') return (...args) => Reflect.apply(value, undefined, args) as unknown;
  flaws.push({ option, received: value, allowed: 'a function', example: `${option}: (value) => …` });
  return undefined;
}
