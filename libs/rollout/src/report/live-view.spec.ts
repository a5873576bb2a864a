import { lossyRollout } from '../../../../test/support/made-up-losses.js';
import { LiveView } from './live-view.js';

const ESCAPE = '\u001b';

describe('LiveView', () => {
  it('writes a plain line for each event worth one where there is no terminal', () => {
    const view = new LiveView({ isTerminal: false });
    const text = lossyRollout()
      .events.map((event) => view.read(event))
      .join('');
    expect(text).toContain('    10 s  old  SIGTERM, 30 s left\n');
    expect(text).toContain('     5 s  update to revision 2 starts\n');
    expect(text).not.toContain('node-learned');
    expect(text).not.toContain(ESCAPE);
    expect(view.frame({ at: 1, sent: 1, inFlight: 0, lost: 0 })).toBe('');
    expect(view.end()).toBe('');
  });

  it('redraws one frame in place on a terminal', () => {
    const view = new LiveView({ isTerminal: true, columns: 80 });
    for (const event of lossyRollout().events) expect(view.read(event)).toBe('');
    const progress = { at: 12_000, sent: 1234, inFlight: 3, lost: 0 };
    const first = view.frame(progress);
    expect(first).not.toContain(`${ESCAPE}[5A`);
    expect(first).toContain('nothing lost, 1,234 sent, 3 in flight');
    expect(first).toMatch(/○ old +ended with exit code 0/);
    expect(first).toMatch(/● new +ready/);
    // a title, three pods and the counts
    expect(view.frame(progress)).toBe(`${ESCAPE}[5A\r${first}`);
    expect(view.end()).toBe(`${ESCAPE}[5A\r${ESCAPE}[0J`);
    expect(view.end()).toBe('');
  });

  it('keeps its lines within the columns, so that a frame ends where it began', () => {
    const view = new LiveView({ isTerminal: true, columns: 40 });
    const reason = 'a reason that is much longer than any terminal is wide'.repeat(3);
    view.read({ at: 0, type: 'pod-deleted', pod: 'a-pod-with-a-rather-long-name', reason });
    const lines = view.frame({ at: 1, sent: 1, inFlight: 0, lost: 0 }).replaceAll(`${ESCAPE}[2K`, '').split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(40);
  });

  it('lets no event move the cursor', () => {
    const view = new LiveView({ isTerminal: false });
    const line = view.read({ at: 0, type: 'service-phase', pod: 'old', phase: `${ESCAPE}[2J\nclosing` });
    expect(line).not.toContain(ESCAPE);
    expect(line.trimEnd()).not.toContain('\n');
  });

  it('does not call a stopping pod ready again', () => {
    const view = new LiveView({ isTerminal: true });
    view.read({ at: 0, type: 'signal-sent', pod: 'old', signal: 'SIGTERM', remainingMs: 1000 });
    view.read({ at: 1, type: 'pod-ready', pod: 'old' });
    expect(view.frame({ at: 1, sent: 0, inFlight: 0, lost: 0 })).toContain('◑ old');
  });
});
