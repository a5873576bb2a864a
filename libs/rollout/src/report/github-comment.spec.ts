import { HOSTILE, lossyRollout, quietRollout } from '../../../../test/support/made-up-losses.js';
import { COMMENT_MARKER, githubComment } from './github-comment.js';
import { jsonReport } from './json-report.js';
import { readJsonReport, type SavedFault, savedOf, type SavedReport } from './saved-report.js';

const lossy = savedOf(lossyRollout().rehearsal());
const quiet = savedOf(quietRollout().rehearsal());
const base = (report: SavedReport): SavedReport => ({ ...report, name: 'main (1a2b3c4)' });

const lengthened = (fault: SavedFault): SavedFault => ({ ...fault, remedy: 'x'.repeat(90_000) });

describe('the comment for a pull request', () => {
  it('begins with what the next one is found by, and the verdict', () => {
    const text = githubComment(quiet);
    expect(text.startsWith(COMMENT_MARKER)).toBe(true);
    expect(text).toContain('### :white_check_mark: Rehearsal of a rolling update: nothing lost in 2 requests');
    expect(githubComment(lossy)).toContain('### :x: Rehearsal of a rolling update: 4 of 6 requests lost');
  });

  it('tells what is new with its evidence and what to do, beside the base branch', () => {
    const text = githubComment(lossy, { base: base(quiet) });
    expect(text).toContain('| | this change | main (1a2b3c4) |');
    expect(text).toContain('| Lost | 4 of 6 | 0 of 2 |');
    const fresh = text.slice(text.indexOf('**New with this change**'));
    expect(fresh).toContain(
      ':red_circle: The listener closes while requests are still routed to it (listener-closed-early, 3 lost)',
    );
    expect(fresh).toContain('SHUTDOWN_LAME_DUCK=5s');
  });

  it('tells what is gone, and folds what was there before', () => {
    const gone = githubComment(quiet, { base: base(lossy) });
    expect(gone).toMatch(/\*\*No longer found\*\*[^]*- The listener closes .*\(listener-closed-early\)/);
    const same = githubComment(lossy, { base: base(lossy) });
    expect(same).toContain('Nothing changed against main (1a2b3c4).');
    expect(same).toMatch(/<summary>2 found before, too<\/summary>[^]*listener-closed-early\) \| 3 \| 3 \|/);
    expect(same).not.toContain('New with this change');
  });

  it('tells what there is where there is no base', () => {
    const text = githubComment(lossy, { command: 'npx nestjs-lifecycle rehearse --seed 7' });
    expect(text).toContain('**Found**');
    expect(text).toContain('npx nestjs-lifecycle rehearse --seed 7');
    expect(text).not.toContain('this change |');
  });

  it('keeps hostile text text, and fits into a comment', () => {
    const faults = lossy.faults.map((fault) => ({ ...fault, title: HOSTILE, evidence: HOSTILE, remedy: HOSTILE }));
    const text = githubComment({ ...lossy, faults }, { base: base(quiet) });
    // In a fence it is text by itself.
    expect(text.replaceAll(/^```\n[^]*?^```$/gm, '')).not.toMatch(/<img|<\/script|@all/);
    const long = githubComment({ ...lossy, faults: faults.map(lengthened) });
    expect(long.length).toBeLessThan(65_536);
    expect(long).toMatch(/left out: a comment has a limit/);
  });
});

describe('a JSON report that is read again', () => {
  it('says what the run itself said', () => {
    const run = lossyRollout().rehearsal();
    expect(readJsonReport(jsonReport({ ...run, name: 'main' }))).toEqual({
      ...savedOf(run),
      name: 'main',
      requests: { sent: 6, lost: 4 },
      faults: expect.any(Array) as unknown,
    });
    expect(githubComment(readJsonReport(jsonReport(run)) ?? quiet, { base: base(quiet) })).toBe(
      githubComment(lossy, { base: base(quiet) }),
    );
  });

  it.each(['', '{}', '[]', '{"format":"nestjs-lifecycle-rehearsal","version":2}'])('is none of %j', (text) => {
    expect(readJsonReport(text)).toBeUndefined();
  });
});
