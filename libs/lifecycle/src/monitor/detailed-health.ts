import { VERSION } from '../copies/version.js';
import { type Clock } from '../deadline/clock.js';
import { hideSecretsIn } from '../errors/hide-secrets-in.js';
import { type DetailSections } from '../health/detail-sections.js';
import { type Settings } from '../options/settings.js';
import { type Phase } from '../phase/phase.js';
import { type Component, type ComponentStatus } from './component.js';
import { type EnvironmentInfo, environmentInfo } from './environment-info.js';
import { type EventLoopGate, type LoopReading } from './event-loop-gate.js';
import { type HealthAlert } from './health-alerts.js';
import { type HealthMonitor } from './health-monitor.js';
import { type Trend } from './trend.js';

/** Counts up when what the page says changes its meaning. */
export const DETAILED_HEALTH_VERSION = 1;

/** What the detailed health page says: plain data, without anything secret. `health.schema.json` describes it. */
export interface DetailedHealth {
  readonly version: typeof DETAILED_HEALTH_VERSION;
  readonly status: ComponentStatus;
  /** The lowest score of the critical components, from 0 to 1; `null` before the first check. */
  readonly score: number | null;
  readonly trend: Trend;
  readonly phase: Phase;
  /** Whether the service is not ready because of its score. */
  readonly isShed: boolean;
  /** ISO 8601, as all times here. */
  readonly startedAt: string;
  readonly uptimeSeconds: number;
  readonly versions: { readonly application: string | null; readonly lifecycle: string; readonly node: string };
  readonly environment: EnvironmentInfo;
  readonly monitor: {
    readonly isOn: boolean;
    /** Whether it has stopped, because the shutdown has begun. */
    readonly isStopped: boolean;
    readonly intervalMs: number;
    readonly historySize: number;
    readonly threshold: number;
  };
  readonly components: readonly ComponentDetails[];
  readonly alerts: { readonly active: readonly AlertDetails[]; readonly cleared: readonly AlertDetails[] };
  /** `null` where it is not measured: the option `readiness.eventLoop`. */
  readonly eventLoop: (LoopReading & { readonly isBusy: boolean }) | null;
  /** What other features say, by their names. */
  readonly sections: Readonly<Record<string, unknown>>;
}

/** One component. */
export interface ComponentDetails {
  readonly name: string;
  readonly status: ComponentStatus;
  readonly score: number;
  readonly trend: Trend;
  readonly isCritical: boolean;
  readonly checks: number;
  readonly failures: number;
  readonly failuresInARow: number;
  /** The medians of the last five checks, and of those before; `null` while there are too few. */
  readonly latencyMs: { readonly recent: number | null; readonly usual: number | null };
  /** Robust z-scores: above 3.5 is unusual. */
  readonly anomaly: { readonly latency: number; readonly failures: number };
  /** `null` before the first. */
  readonly last: {
    readonly at: string;
    readonly isUp: boolean;
    readonly latencyMs: number;
    readonly failure: string | null;
  } | null;
}

/** One alert. */
export interface AlertDetails {
  readonly component: string;
  readonly cause: 'failures' | 'latency';
  readonly score: number;
  readonly raisedAt: string;
  readonly clearedAt: string | null;
  readonly failure: string | null;
}

/** What the page is made from. */
export interface DetailParts {
  readonly clock: Clock;
  readonly createdAt: Date;
  readonly settings: Settings;
  readonly phases: { readonly current: Phase };
  readonly monitor: HealthMonitor;
  readonly eventLoop: EventLoopGate;
  readonly details: DetailSections;
}

/** Makes the detailed health page, whenever it is asked for. */
export class DetailedHealthReader {
  readonly #createdAtMs: number;

  constructor(private readonly parts: DetailParts) {
    this.#createdAtMs = parts.clock.now();
  }

  /** What the page says now, without secrets. */
  read(): DetailedHealth {
    const { monitor, phases, settings, details } = this.parts;
    const page: DetailedHealth = {
      version: DETAILED_HEALTH_VERSION,
      status: monitor.status,
      score: monitor.score === undefined ? null : rounded(monitor.score),
      trend: monitor.trend,
      phase: phases.current,
      isShed: monitor.isShed,
      startedAt: this.parts.createdAt.toISOString(),
      uptimeSeconds: Math.round((this.parts.clock.now() - this.#createdAtMs) / 1000),
      versions: { application: versionOf(settings), lifecycle: VERSION, node: process.version },
      environment: environmentInfo(settings.healthMonitor.variables),
      monitor: {
        isOn: monitor.isOn,
        isStopped: monitor.isStopped,
        intervalMs: settings.healthCheckInterval,
        historySize: settings.healthHistorySize,
        threshold: settings.healthAnomalyThreshold,
      },
      components: monitor.components.map((component) => this.#component(component)),
      alerts: {
        active: monitor.alerts.active.map((alert) => this.#alert(alert)),
        cleared: monitor.alerts.cleared.map((alert) => this.#alert(alert)),
      },
      eventLoop: this.#eventLoop(),
      sections: details.read(),
    };
    // Plain data becomes plain data of the same shape: only texts change.
    return hideSecretsIn(page) as DetailedHealth;
  }

  #component({
    name,
    status,
    trend,
    terms,
    checks,
    failures,
    failuresInARow,
    assessment,
    last,
  }: Component): ComponentDetails {
    const { score, latencyMs, usualLatencyMs, latencyZ, failureZ } = assessment;
    return {
      name,
      status,
      score: rounded(score),
      trend,
      isCritical: terms.isCritical,
      checks,
      failures,
      failuresInARow,
      latencyMs: {
        recent: checks === 0 ? null : rounded(latencyMs),
        usual: usualLatencyMs === undefined ? null : rounded(usualLatencyMs),
      },
      anomaly: { latency: rounded(latencyZ), failures: rounded(failureZ) },
      last:
        last === undefined
          ? null
          : {
              at: this.#timeOf(last.at),
              isUp: last.isUp,
              latencyMs: rounded(last.latencyMs),
              failure: last.failure ?? null,
            },
    };
  }

  #alert({ component, cause, score, raisedAt, clearedAt, failure }: HealthAlert): AlertDetails {
    return {
      component,
      cause,
      score: rounded(score),
      raisedAt: this.#timeOf(raisedAt),
      clearedAt: clearedAt === undefined ? null : this.#timeOf(clearedAt),
      failure: failure ?? null,
    };
  }

  #eventLoop(): DetailedHealth['eventLoop'] {
    const { eventLoop } = this.parts;
    if (eventLoop.last === undefined) return null;
    const { delayMs, utilization } = eventLoop.last;
    return { delayMs: rounded(delayMs), utilization: rounded(utilization), isBusy: eventLoop.isBusy };
  }

  /** Wall-clock time of a monotonic one: it is as far from the start. */
  #timeOf(at: number): string {
    return new Date(this.parts.createdAt.getTime() + at - this.#createdAtMs).toISOString();
  }
}

function versionOf({ healthMonitor }: Settings): string | null {
  return healthMonitor.version ?? process.env['npm_package_version'] ?? null;
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
