import { type ShutdownReport } from '../../libs/lifecycle/src/report/shutdown-report.js';

/** The report of a shutdown in which all went well, and what is different in one. */
export function endedReport(different: Partial<ShutdownReport> = {}): ShutdownReport {
  return {
    version: 1,
    reason: 'SIGTERM',
    signal: 'SIGTERM',
    outcome: 'clean',
    exitCode: 0,
    late: false,
    startedAt: '2026-01-01T00:00:00.000Z',
    signalDelayMs: 0,
    durationMs: 6500,
    budgetMs: 28_000,
    phases: [
      { phase: 'starting', durationMs: 900 },
      { phase: 'ready', durationMs: 3_600_000 },
      { phase: 'lame-duck', durationMs: 5000 },
      { phase: 'draining', durationMs: 1200 },
      { phase: 'closing', durationMs: 300 },
    ],
    lameDuck: { endedBy: 'elapsed', failedProbes: 2, repeatedProbes: 0 },
    turns: [],
    endedEarly: [],
    hooks: [{ name: 'Ledger.close', phase: 'closing', priority: 80, result: 'done', durationMs: 12 }],
    nestHooks: [],
    resources: [],
    requests: { inFlightAtStart: 3, drained: 3, refused: 1, interrupted: [], exemptCut: [] },
    lateConnections: { requests: 0, closed: 0 },
    webSockets: { closed: 0, terminated: 0 },
    upgradedSockets: { closed: 0, terminated: 0 },
    sources: [],
    errors: [],
    unseen: [],
    lostOutput: [],
    leftBehind: [],
    openHandles: [],
    eventLoop: { maxDelayMs: 4, utilization: 0.1, blocks: [] },
    ...different,
  };
}
