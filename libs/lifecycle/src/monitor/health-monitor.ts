import { type Clock } from '../deadline/clock.js';
import { type Duration, parseDuration } from '../deadline/duration.js';
import { hideSecrets } from '../errors/hide-secrets.js';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { nameText } from '../errors/safe-text.js';
import { type EventStream } from '../events/event-stream.js';
import { type Readiness } from '../health/readiness.js';
import { type Settings } from '../options/settings.js';
import { asHandle } from '../resources/handle.js';
import { Component, type ComponentStatus } from './component.js';
import { HealthAlerts } from './health-alerts.js';
import { type HealthCheckFunction, type HealthComponentOptions } from './health-check.js';
import { Ring } from './ring.js';
import { SCORE_CONDITION, Shedding } from './shedding.js';
import { type Trend, trendOf } from './trend.js';

/** How many components a service may have: each is checked in every round, and is a label of metrics. */
export const MOST_COMPONENTS = 50;
/** The longest name of a component. */
const LONGEST_NAME = 100;

interface MonitorParts {
  readonly clock: Clock;
  readonly events: EventStream;
  readonly readiness: Pick<Readiness, 'addCondition'>;
  readonly settings: Pick<
    Settings,
    'healthMonitor' | 'healthCheckInterval' | 'healthHistorySize' | 'healthAnomalyThreshold'
  >;
}

/** Undoes `monitor.add`; also at the end of a block, with `using` or `await using`. */
export interface HealthComponentHandle extends Disposable, AsyncDisposable {
  (): void;
}

/**
 * Checks the components of a service at an interval, from the end of its start until its shutdown begins. Off by default: then it keeps
 * nothing and calls nothing.
 */
export class HealthMonitor {
  readonly alerts: HealthAlerts;
  readonly #components = new Map<string, Component>();
  readonly #scores: Ring<number>;
  readonly #shedding: Shedding | undefined;
  #cancelNext: () => void = () => undefined;
  #state: 'waiting' | 'running' | 'stopped' = 'waiting';
  #isChecking = false;

  constructor(private readonly parts: MonitorParts) {
    const { clock, events, settings, readiness } = parts;
    this.alerts = new HealthAlerts(clock, events);
    this.#scores = new Ring(settings.healthHistorySize);
    const { isOn, shed } = settings.healthMonitor;
    if (!isOn) return;
    events.read(({ type }) => (type === 'shutdown-started' ? this.stop() : undefined));
    if (shed === undefined) return;
    const shedding = new Shedding(clock, events, shed);
    this.#shedding = shedding;
    readiness.addCondition(SCORE_CONDITION, () => !shedding.isShed);
  }

  /** Whether there is one: the option `healthMonitor`. */
  get isOn(): boolean {
    return this.parts.settings.healthMonitor.isOn;
  }

  /** Whether it has stopped, because the shutdown has begun. */
  get isStopped(): boolean {
    return this.#state === 'stopped';
  }

  /** Whether the service is not ready because of its score. */
  get isShed(): boolean {
    return this.#shedding?.isShed ?? false;
  }

  get components(): readonly Component[] {
    return [...this.#components.values()];
  }

  /** The lowest score of the critical components, from 0 to 1; `undefined` before one was checked. */
  get score(): number | undefined {
    const scores = this.components
      .filter(({ checks, terms }) => checks > 0 && terms.isCritical)
      .map(({ assessment }) => assessment.score);
    return scores.length === 0 ? undefined : Math.min(...scores);
  }

  /** `down` where a critical component is; `degraded` where any is not up. */
  get status(): ComponentStatus {
    const { components } = this;
    if (components.some(({ status, terms }) => status === 'down' && terms.isCritical)) return 'down';
    if (components.some(({ status }) => status === 'down' || status === 'degraded')) return 'degraded';
    return components.some(({ status }) => status === 'up') ? 'up' : 'unknown';
  }

  get trend(): Trend {
    return trendOf(this.#scores.values);
  }

  /**
   * Adds a component: a database, a cache, another service. It is checked at the interval of the monitor, each time within its own time, and
   * never again before it has answered. Without the option `healthMonitor` nothing is kept.
   *
   * @returns its undo, also `using component = …`
   * @throws LifecycleError `INVALID_OPTIONS` when there is a component of that name, there are 50, or the options cannot be used
   */
  add(written: string, check: HealthCheckFunction, options: HealthComponentOptions = {}): HealthComponentHandle {
    const name = nameText(hideSecrets(nameText(written)), LONGEST_NAME);
    const timeoutMs = this.#timeoutOf(name, options.timeout);
    if (typeof check !== 'function') {
      throw invalid(`Health component '${name}' has no check. Type monitor.add('${name}', async () => { … }).`);
    }
    if (this.#components.has(name))
      throw invalid(`There already is a health component called '${name}'. Give this one another name.`);
    if (this.#components.size >= MOST_COMPONENTS) {
      throw invalid(
        `Health component '${name}' is one too many: there may be ${MOST_COMPONENTS}. Check several things in one component.`,
      );
    }
    if (!this.isOn) return asHandle(() => undefined);
    const { healthHistorySize: historySize, healthAnomalyThreshold: threshold } = this.parts.settings;
    const terms = { timeoutMs, historySize, threshold, isCritical: options.isCritical ?? true };
    const component = new Component(name, terms, check, this.parts.clock);
    this.#components.set(name, component);
    if (this.#state === 'running') void this.#check(component);
    return asHandle(() => this.#remove(component));
  }

  /** The service has started: checks everything now, and then at the interval. */
  start(): void {
    if (!this.isOn || this.#state !== 'waiting') return;
    this.#state = 'running';
    this.#begin();
  }

  /** Checks nothing any more, and gives up checks that run. What is known stays. */
  stop(): void {
    this.#state = 'stopped';
    this.#cancelNext();
    for (const component of this.components) component.cancel();
  }

  #begin(): void {
    this.#cancelNext = this.parts.clock.meanwhile(this.parts.settings.healthCheckInterval, () => this.#begin());
    // Each check ends in its time, which is no longer than the interval: only a clock that was blocked finds one running.
    if (!this.#isChecking) void this.#round();
  }

  async #round(): Promise<void> {
    this.#isChecking = true;
    await Promise.all(this.components.map((component) => this.#check(component)));
    this.#isChecking = false;
    const { score } = this;
    if (this.isStopped) return;
    if (score !== undefined) this.#scores.push(score);
    this.#shedding?.scored(score);
  }

  async #check(component: Component): Promise<void> {
    await component.run();
    // What was given up, or taken back, says nothing.
    if (!this.isStopped && this.#components.get(component.name) === component) this.alerts.checked(component);
  }

  #remove(component: Component): void {
    if (this.#components.get(component.name) !== component) return;
    this.#components.delete(component.name);
    component.cancel();
    if (!this.isStopped) this.alerts.removed(component);
  }

  #timeoutOf(name: string, written: Duration | undefined): number {
    const { healthMonitor, healthCheckInterval } = this.parts.settings;
    const ms = written === undefined ? healthMonitor.timeoutMs : parseDuration(written);
    if (ms === undefined || ms === 0) {
      const received = nameText(written);
      throw invalid(
        `Health component '${name}': received timeout ${received}; allowed: a duration of more than 0. Type timeout: '2s'.`,
      );
    }
    return Math.min(ms, healthCheckInterval);
  }
}

function invalid(message: string): LifecycleError {
  return new LifecycleError('INVALID_OPTIONS', message);
}
