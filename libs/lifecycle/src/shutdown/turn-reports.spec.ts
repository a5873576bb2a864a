import { type LifecycleEvent } from '../events/lifecycle-event.js';
import { type TurnReport } from '../report/shutdown-report.js';
import { withTurn } from './turn-reports.js';

const NONE: readonly TurnReport[] = [];
const SETTLED = { type: 'turn-settled', group: 'orders', limit: 1, waitedMs: 1200.4 } as const;

/** What becomes of events in the report. */
function reported(...events: LifecycleEvent[]): readonly TurnReport[] {
  return events.reduce(withTurn, NONE);
}

it('a turn is in the report, with what went wrong', () => {
  const error = new Error('the key had expired');
  expect(reported({ ...SETTLED, result: 'failed', error: new Error('connection refused') })).toEqual([
    { group: 'orders', limit: 1, waitedMs: 1200, result: 'failed', error: 'connection refused' },
  ]);
  expect(
    reported(
      { ...SETTLED, result: 'taken' },
      { ...SETTLED, group: 'prices', result: 'late' },
      { type: 'turn-not-freed', group: 'orders', error },
    ),
  ).toEqual([
    { group: 'orders', limit: 1, waitedMs: 1200, result: 'taken', error: 'the key had expired' },
    { group: 'prices', limit: 1, waitedMs: 1200, result: 'late' },
  ]);
});
