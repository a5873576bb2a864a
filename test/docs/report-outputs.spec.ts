import { terminationMessage } from '../../libs/lifecycle/src/report-outputs/termination-message.js';
import { endedReport } from '../support/ended-report.js';
import { onlyBlock } from './pages.js';

describe('the page on where the report goes', () => {
  it('shows the termination message as kubectl does', () => {
    const report = endedReport({
      outcome: 'interrupted',
      exitCode: 1,
      durationMs: 23_100,
      phases: [
        { phase: 'lame-duck', durationMs: 5000 },
        { phase: 'draining', durationMs: 18_000 },
        { phase: 'closing', durationMs: 100 },
      ],
      requests: {
        inFlightAtStart: 3,
        drained: 2,
        refused: 0,
        interrupted: [{ kind: 'response', name: 'GET /report', ageMs: 21_300 }],
        exemptCut: [],
      },
    });
    expect(onlyBlock('text', 'report-outputs').text).toContain(`Message:      ${terminationMessage(report)}\n`);
  });
});
