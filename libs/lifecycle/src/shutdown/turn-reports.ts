import { describeError } from '../errors/lifecycle-error.js';
import { type LifecycleEvent } from '../events/lifecycle-event.js';
import { type TurnReport } from '../report/shutdown-report.js';

/** The turns with what an event says of them. */
export function withTurn(turns: readonly TurnReport[], event: LifecycleEvent): readonly TurnReport[] {
  if (event.type === 'turn-settled') {
    const { group, limit, result, error } = event;
    const turn = { group, limit, waitedMs: Math.round(event.waitedMs), result };
    return [...turns, error === undefined ? turn : { ...turn, error: describeError(error) }];
  }
  if (event.type !== 'turn-not-freed') return turns;
  const error = describeError(event.error);
  return turns.map((turn) => (turn.group === event.group ? { ...turn, error } : turn));
}
