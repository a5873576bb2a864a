import { type Clock } from '../deadline/clock.js';
import { type EventStream } from '../events/event-stream.js';
import { type HealthAlertRaised } from '../events/health-events.js';
import { RECENT } from './assessment.js';
import { type Component } from './component.js';
import { Ring } from './ring.js';

/** An alert that stands, or stood. */
export interface HealthAlert extends Omit<HealthAlertRaised, 'type'> {
  /** Monotonic milliseconds. */
  readonly raisedAt: number;
  /** `undefined` while it stands. */
  readonly clearedAt: number | undefined;
}

/** How many alerts that were cleared are kept. */
const MOST_CLEARED = 50;
/** How much more than the threshold a score must be before its alert is cleared, so that one at the threshold does not flap. */
const CLEARANCE = 0.1;

/** Raises an alert when the score of a component falls below its threshold, and clears it once it is well above. */
export class HealthAlerts {
  readonly #active = new Map<Component, HealthAlert>();
  readonly #cleared = new Ring<HealthAlert>(MOST_CLEARED);

  constructor(
    private readonly clock: Clock,
    private readonly events: Pick<EventStream, 'emit'>,
  ) {}

  get active(): readonly HealthAlert[] {
    return [...this.#active.values()];
  }

  /** The oldest first. */
  get cleared(): readonly HealthAlert[] {
    return this.#cleared.values;
  }

  /** A component was checked. */
  checked(component: Component): void {
    const { score } = component.assessment;
    const { threshold } = component.terms;
    const alert = this.#active.get(component);
    if (alert === undefined) {
      if (score < threshold) this.#raise(component);
    } else if (score >= Math.min(1, threshold + CLEARANCE)) this.removed(component);
  }

  /** Clears the alert of a component, if there is one: it is well, or is not checked any more. */
  removed(component: Component): void {
    const alert = this.#active.get(component);
    if (alert === undefined) return;
    this.#active.delete(component);
    const clearedAt = this.clock.now();
    this.#cleared.push({ ...alert, clearedAt });
    const { name, assessment } = component;
    const durationMs = clearedAt - alert.raisedAt;
    this.events.emit({ type: 'health-alert-cleared', component: name, score: assessment.score, durationMs });
  }

  #raise(component: Component): void {
    const { assessment, name, terms, last } = component;
    const { score, failureShare, latencyMs, latencyZ, failureZ } = assessment;
    const facts = {
      component: name,
      score,
      threshold: terms.threshold,
      cause: failureShare === 0 || (latencyZ > failureZ && 1 - failureShare > terms.threshold) ? 'latency' : 'failures',
      failed: Math.round(failureShare * RECENT),
      latencyMs,
      ...(last?.failure !== undefined && { failure: last.failure }),
    } as const;
    this.#active.set(component, { ...facts, raisedAt: this.clock.now(), clearedAt: undefined });
    this.events.emit({ type: 'health-alert-raised', ...facts });
  }
}
