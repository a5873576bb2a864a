import { MadeUpRollout } from '../../../../test/support/made-up-rollout.js';
import { asNestText, TOLD, type Told } from '../../../../test/support/told-shutdown.js';
import { endedReport } from '../../../../test/support/ended-report.js';
import { ownWords } from './own-words.js';

/** A pod that printed these lines while it stopped. */
function printing(lines: readonly string[], pod = 'old'): MadeUpRollout {
  const rollout = new MadeUpRollout().exit(12_000, { code: 1 });
  for (const [index, line] of lines.entries()) {
    rollout.happen(10_001 + index, { type: 'log-written', pod, stream: 'stdout', line });
  }
  return rollout;
}

const CLEAN: readonly Told[] = [
  [0, { type: 'shutdown-started', reason: 'SIGTERM', signal: 'SIGTERM', inFlight: 0, budgetMs: 28_000 }],
  [10, { type: 'shutdown-ended', report: endedReport({}) }],
];

describe('ownWords', () => {
  it('quotes the report that a service with nestjs-lifecycle prints where its stop did not end well', async () => {
    const [said, ...others] = await ownWords(printing(['orders 12', ...asNestText(TOLD), 'bye']).rehearsal());
    expect(said).toMatch(/^old says of its own stop: failed; 1 piece of work cut \(.*GET \/report.*\)/);
    expect(said).toMatch(/hook Outbox\.flush .*it took longer than 2\.88s/);
    expect(others).toEqual([]);
  });

  it('has nothing to quote of a clean end, of another service, or of a pod that was not stopped', async () => {
    expect(await ownWords(printing(asNestText(CLEAN)).rehearsal())).toEqual([]);
    expect(await ownWords(printing(['stopping', 'bye']).rehearsal())).toEqual([]);
    expect(await ownWords(printing(asNestText(TOLD), 'other').rehearsal())).toEqual([]);
    expect(await ownWords(printing([]).rehearsal())).toEqual([]);
  });
});
