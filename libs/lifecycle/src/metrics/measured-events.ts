import { type EventReader } from '../events/event-stream.js';
import { type LifecycleEvent } from '../events/lifecycle-event.js';
import { type ShutdownReport } from '../report/shutdown-report.js';
import { type Measurements } from './measurements.js';

type Readers = {
  readonly [T in LifecycleEvent['type']]?: (
    event: Extract<LifecycleEvent, { type: T }>,
    into: Measurements,
    atMs: number,
  ) => void;
};

/** What each event is for the instruments. What is not here is no measurement. */
const READERS: Readers = {
  'phase-changed': ({ phase }, into, atMs) => {
    if (phase === 'ready') into.of('startup').set(atMs / 1000);
  },
  'shutdown-started': ({ budgetMs }, into) => into.of('budget').set(budgetMs / 1000),
  'exit-foreseen': ({ budgetMs }, into) => into.of('budget').set(budgetMs / 1000),
  'hook-settled': ({ name, phase, result, durationMs }, into) =>
    into.of('hookDuration').set(durationMs / 1000, name, phase, result),
  'nest-hook-settled': ({ name, result, durationMs }, into) =>
    into.of('hookDuration').set(durationMs / 1000, name, 'nest', result),
  'work-interrupted': ({ items }, into) => {
    for (const { kind } of items) into.of('interrupted').add(1, kind);
  },
  'request-refused': ({ kind }, into) => into.of('refused').add(1, kind),
};

/**
 * Reads events into the instruments.
 *
 * @param onEnd called with the report of the end
 */
export function measuringReader(into: Measurements): EventReader {
  return (event, { atMs }) => {
    const read = READERS[event.type];
    // The reader of this type of event, which TypeScript cannot follow through the look-up.
    if (read !== undefined)
      (read as (event: LifecycleEvent, into: Measurements, atMs: number) => void)(event, into, atMs);
  };
}

/** How the shutdown has ended: told once by the sequence before telemetry is closed, or by the last event. */
export class MeasuredOutcome {
  #outcome: ShutdownReport['outcome'] | undefined;

  constructor(private readonly into: Measurements) {}

  /** The last one stands: what fails while telemetry is closed may change it. */
  tell(report: ShutdownReport): void {
    const outcome = this.into.of('outcome');
    if (this.#outcome !== undefined) outcome.add(-1, this.#outcome);
    this.#outcome = report.outcome;
    outcome.add(1, report.outcome);
    this.into.of('duration').set(report.durationMs / 1000);
    this.into.of('late').set(report.lateConnections.requests);
  }
}
