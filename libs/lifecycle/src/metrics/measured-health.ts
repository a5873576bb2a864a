import { COMPONENT_STATUSES, type ComponentStatus } from '../monitor/component.js';
import { type Measurements } from './measurements.js';

/** The health monitor, as far as it is measured. It has 50 components at most. */
export interface MeasuredHealth {
  readonly isOn: boolean;
  readonly score: number | undefined;
  readonly status: ComponentStatus;
  readonly components: readonly {
    readonly name: string;
    readonly status: ComponentStatus;
    readonly checks: number;
    readonly assessment: { readonly score: number };
  }[];
}

/** Reads the scores and the status of the health monitor when that is asked for. Without a monitor there are none. */
export function measureHealth(monitor: MeasuredHealth, into: Measurements): void {
  if (monitor.isOn) into.beforeRead(() => readHealth(monitor, into));
}

function readHealth(monitor: MeasuredHealth, into: Measurements): void {
  if (monitor.score !== undefined) into.of('healthScore').set(monitor.score);
  for (const status of COMPONENT_STATUSES) into.of('healthStatus').set(Number(status === monitor.status), status);
  const scores = into.of('componentScore');
  const statuses = into.of('componentStatus');
  // A component that was taken back is not one whose score is 0.
  scores.clear();
  statuses.clear();
  for (const { name, status, checks, assessment } of monitor.components) {
    if (checks > 0) scores.set(assessment.score, name);
    for (const one of COMPONENT_STATUSES) statuses.set(Number(one === status), name, one);
  }
}
