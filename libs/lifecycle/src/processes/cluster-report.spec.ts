import { type WorkerReport, worstExitCode } from './cluster-report.js';

type Ended = Pick<WorkerReport, 'exitCode' | 'how' | 'signal' | 'wasReady'>;

const clean: Ended = { exitCode: 0, how: 'stopped', signal: null, wasReady: true };
const bySignal: Ended = { exitCode: 143, how: 'stopped', signal: 'SIGTERM', wasReady: true };

describe('worstExitCode', () => {
  it.each<[string, Ended, number]>([
    ['was told while it was starting, and ended by the signal', { ...bySignal, wasReady: false }, 0],
    ['had been ready, and ended by the signal', bySignal, 143],
    ['ended by a signal before it was told', { ...bySignal, how: 'by-itself', wasReady: false }, 143],
    ['was killed while it was starting', { ...bySignal, exitCode: 137, how: 'killed', wasReady: false }, 137],
    ['was told while it was starting, and failed', { ...bySignal, exitCode: 1, signal: null, wasReady: false }, 1],
  ])('of a worker that %s', (_what, worker, code) => {
    expect(worstExitCode([clean, worker])).toBe(code);
  });
});
