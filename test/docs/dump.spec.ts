import { dumpLines, loopLine } from '../../libs/lifecycle/src/dump/dump-lines.js';
import { DUMP_VERSION, type DumpState } from '../../libs/lifecycle/src/dump/dump-state.js';
import { onlyBlock } from './pages.js';

const STATE: DumpState = {
  version: DUMP_VERSION,
  time: '2026-01-02T03:04:05.678Z',
  pid: 1,
  phase: 'draining',
  isLeaving: true,
  budgetMs: 28_000,
  remainingMs: 12_300,
  elapsedMs: 15_700,
  inFlight: {
    rows: [
      { kind: 'response', name: 'GET /report', count: 1, oldestMs: 21_300 },
      { kind: 'response', name: 'POST /orders', count: 3, oldestMs: 400 },
    ],
    more: 0,
    total: 4,
  },
  hooks: { rows: [], more: 0, total: 3, done: 0 },
  waitingFor: [],
  openHandles: [
    {
      kind: 'TCPSocketWrap',
      count: 14,
      origins: [
        { name: '10.0.0.5:5432', count: 12 },
        { name: 'from 10.0.0.9 to port 3000', count: 2 },
      ],
    },
  ],
  unreadable: [],
};

describe('the lines of a dump on the page', () => {
  it('are those that the library writes', () => {
    const lines = [...dumpLines(STATE), loopLine({ delayMs: 1, utilization: 0.12 })];
    expect(onlyBlock('text', 'holding').text.trim()).toBe(lines.map(({ text }) => `dump: ${text}`).join('\n'));
  });
});
