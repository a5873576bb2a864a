import { lossyRollout, quietRollout } from '../../../../test/support/made-up-losses.js';
import { ledgerReport } from './ledger-report.js';

const lossy = lossyRollout().rehearsal();
const quiet = quietRollout().rehearsal();

const linesOf = (text: string): Record<string, unknown>[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('ledgerReport', () => {
  it('has a line for every request, with its fate and its attempts', () => {
    const lines = linesOf(ledgerReport(lossy));
    expect(lines).toHaveLength(lossy.verdict.requests.sent);
    expect(lines.map(({ fate }) => fate)).toEqual(lossy.records.map(({ fate }) => fate));
    expect(lines[0]).toMatchObject({ run: 'rehearsed', id: lossy.records[0]?.id, attempts: [{ pod: 'new' }] });
    expect(new Set(lines.flatMap((line) => Object.values(line)))).toContain(null);
  });

  it('says of each lost request what every pod was doing when it was lost, and of no other', () => {
    const lines = linesOf(ledgerReport(lossy));
    const lost = new Set(lossy.verdict.lost.map(({ record }) => record.id));
    expect(lost.size).toBeGreaterThan(0);
    for (const { id, pods } of lines) {
      if (!lost.has(Number(id))) expect(pods).toBeUndefined();
      else {
        expect(pods).toEqual(
          expect.arrayContaining([expect.objectContaining({ phase: expect.any(String) as string })]),
        );
      }
    }
  });

  it('adds those of the run it is compared with', () => {
    const runs = linesOf(ledgerReport(quiet, lossy)).map(({ run }) => run);
    expect(runs.filter((run) => run === 'rehearsed')).toHaveLength(quiet.records.length);
    expect(runs.filter((run) => run === 'against')).toHaveLength(lossy.records.length);
  });
});
