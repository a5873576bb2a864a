import { endedReport } from '../../../../test/support/ended-report.js';
import { type HookReport, type ShutdownReport } from '../report/shutdown-report.js';
import { cutToBytes, MOST_BYTES, terminationMessage } from './termination-message.js';

const request = (name: string, ageMs: number) => ({ kind: 'response', name, ageMs });
const requests = (different: Partial<ShutdownReport['requests']>): Partial<ShutdownReport> => ({
  requests: { ...endedReport().requests, ...different },
});
const hook = (different: Partial<HookReport>): HookReport => ({
  name: 'Ledger.close',
  phase: 'closing',
  priority: 80,
  result: 'done',
  durationMs: 12,
  ...different,
});
const interrupted = (...items: [name: string, ageMs: number][]): Partial<ShutdownReport> => ({
  outcome: 'interrupted',
  exitCode: 1,
  durationMs: 23_100,
  ...requests({ interrupted: items.map(([name, ageMs]) => request(name, ageMs)), drained: 2 }),
});
const failed: Partial<ShutdownReport> = { outcome: 'failed', exitCode: 1 };
const forced: Partial<ShutdownReport> = { outcome: 'forced', exitCode: 1, durationMs: 28_000, late: true };

const TIME = 'time: lame-duck 5.0 s, draining 1.2 s, closing 300 ms of 28.0 s; ';
const ALL_DRAINED = `${TIME}in flight at the start 3, ended by themselves 3, refused 1`;
const ONE_CUT = `${TIME}in flight at the start 3, ended by themselves 2, refused 1`;

/** What each bad ending says, whole. */
const ENDINGS: [ending: string, report: Partial<ShutdownReport>, lines: readonly string[]][] = [
  [
    'one request that was cut',
    interrupted(['GET /report', 21_300]),
    [
      'Stopped 23.1 s after SIGTERM, and cut 1 piece of work that had not finished. Exit code 1.',
      'interrupted: GET /report 21.3 s',
      ONE_CUT,
    ],
  ],
  [
    'several, the oldest of each kind first',
    interrupted(['POST /orders', 900], ['GET /report', 21_300], ['POST /orders', 2000]),
    [
      'Stopped 23.1 s after SIGTERM, and cut 3 pieces of work that had not finished. Exit code 1.',
      'interrupted: GET /report 21.3 s',
      'interrupted: POST /orders 2.0 s, and 1 more of it',
      ONE_CUT,
    ],
  ],
  [
    'a message of a queue',
    { ...interrupted(['orders.created', 400]), reason: 'SIGINT' },
    [
      'Stopped 23.1 s after SIGINT, and cut 1 piece of work that had not finished. Exit code 1.',
      'interrupted: orders.created 400 ms',
      ONE_CUT,
    ],
  ],
  [
    'a hook that failed',
    { ...failed, hooks: [hook({ result: 'failed', error: 'connect ECONNREFUSED 10.0.0.7:5432' })] },
    [
      'Stopped 6.5 s after SIGTERM, and something failed on the way. Exit code 1.',
      'failed: hook Ledger.close 12 ms: connect ECONNREFUSED 10.0.0.7:5432',
      ALL_DRAINED,
    ],
  ],
  [
    'a hook that took too long',
    { ...failed, hooks: [hook({ result: 'timed-out', durationMs: 5000, error: 'no end within 5s' })] },
    [
      'Stopped 6.5 s after SIGTERM, and something failed on the way. Exit code 1.',
      'took too long: hook Ledger.close 5.0 s',
      ALL_DRAINED,
    ],
  ],
  [
    'an error that was not caught',
    { ...failed, errors: [{ origin: 'uncaughtException', message: 'x is not a function', stack: 'Error\n    at a' }] },
    [
      'Stopped 6.5 s after SIGTERM, and something failed on the way. Exit code 1.',
      'failed: uncaughtException: x is not a function',
      ALL_DRAINED,
    ],
  ],
  [
    'an error that has ended the process',
    { ...forced, late: false, durationMs: 900, errors: [{ origin: 'uncaughtException', message: 'out' }] },
    [
      'Ended 900 ms after SIGTERM, before it had finished: an error was not caught. Exit code 1.',
      'failed: uncaughtException: out',
      ALL_DRAINED,
    ],
  ],
  [
    'a hook of Nest that failed, once',
    {
      ...failed,
      errors: [{ origin: 'Pool.onModuleDestroy', message: 'stuck' }],
      nestHooks: [{ name: 'Pool.onModuleDestroy', result: 'failed', durationMs: 3, error: 'stuck' }],
    },
    [
      'Stopped 6.5 s after SIGTERM, and something failed on the way. Exit code 1.',
      'failed: Pool.onModuleDestroy: stuck',
      ALL_DRAINED,
    ],
  ],
  [
    'a budget that a hook of Nest has used up',
    {
      ...forced,
      nestHooks: [{ name: 'Pool.onModuleDestroy', result: 'unfinished', durationMs: 22_000 }],
      leftBehind: ['Pool.onModuleDestroy'],
    },
    [
      'Ended 28.0 s after SIGTERM, before it had finished: its time of 28.0 s was used up. Exit code 1.',
      'did not end: Pool.onModuleDestroy 22.0 s',
      ALL_DRAINED,
    ],
  ],
  [
    'a budget that a hook has used up, and the hooks behind it',
    {
      ...forced,
      hooks: [
        hook({ name: 'Outbox.flush', result: 'unfinished', durationMs: 22_000 }),
        hook({ result: 'skipped', durationMs: 0 }),
        hook({ name: 'Cache.close', result: 'skipped', durationMs: 0 }),
      ],
      leftBehind: ['hook Outbox.flush'],
    },
    [
      'Ended 28.0 s after SIGTERM, before it had finished: its time of 28.0 s was used up. Exit code 1.',
      'did not end: hook Outbox.flush 22.0 s',
      'was never called: Ledger.close, Cache.close',
      ALL_DRAINED,
    ],
  ],
  [
    'a second signal',
    {
      ...forced,
      late: false,
      exitCode: 143,
      durationMs: 3000,
      endedEarly: [{ what: 'process', by: 'a second SIGTERM' }],
    },
    [
      'Ended 3.0 s after SIGTERM, before it had finished: it was ended by a second SIGTERM. Exit code 143.',
      ALL_DRAINED,
    ],
  ],
  [
    'process.exit() of other code',
    {
      ...forced,
      late: false,
      durationMs: 40,
      endedEarly: [{ what: 'process', by: 'process.exit() of /app/dist/jobs.js:12:5' }],
    },
    [
      'Ended 40 ms after SIGTERM, before it had finished: it was ended by process.exit() of /app/dist/jobs.js:12:5. Exit code 1.',
      ALL_DRAINED,
    ],
  ],
  [
    'a pool that did not close',
    {
      ...failed,
      resources: [
        { name: 'pg Pool PG_POOL', type: 'pg Pool', priority: 80, result: 'forced', durationMs: 2000 },
        { name: 'ioredis CACHE', type: 'ioredis', priority: 80, result: 'failed', durationMs: 2, error: 'closed' },
      ],
    },
    [
      'Stopped 6.5 s after SIGTERM, and something failed on the way. Exit code 1.',
      'did not close in time: pg Pool PG_POOL',
      'failed to close: ioredis CACHE: closed',
      ALL_DRAINED,
    ],
  ],
  [
    'work that cannot be seen',
    { outcome: 'unverified', unseen: ['Timers of this service cannot be seen. Type @Track().'] },
    [
      'Stopped in order as far as can be seen, 6.5 s after SIGTERM. Exit code 0.',
      'not seen: Timers of this service cannot be seen. Type @Track().',
      ALL_DRAINED,
    ],
  ],
  [
    'a request that is not waited for',
    requests({ exemptCut: [request('GET /metrics', 1500)] }),
    ['Stopped in order, 6.5 s after SIGTERM. Exit code 0.', 'cut, and not waited for: GET /metrics 1.5 s', ALL_DRAINED],
  ],
  [
    'a turn that did not come',
    { turns: [{ group: 'orders', limit: 1, waitedMs: 9000, result: 'late' }] },
    [
      'Stopped in order, 6.5 s after SIGTERM. Exit code 0.',
      'stopped without its turn in orders, after 9.0 s',
      ALL_DRAINED,
    ],
  ],
  [
    'a disk that was full',
    { lostOutput: [{ stream: 'stdout', code: 'ENOSPC' }] },
    ['Stopped in order, 6.5 s after SIGTERM. Exit code 0.', 'log lines on stdout were lost: ENOSPC', ALL_DRAINED],
  ],
  [
    'a loop that was blocked when the signal came',
    { signalDelayMs: 4200 },
    [
      'Stopped in order, 6.5 s after SIGTERM. Exit code 0.',
      'the signal waited 4.2 s for a blocked event loop',
      ALL_DRAINED,
    ],
  ],
  [
    'something left behind that nothing else names',
    {
      ...forced,
      leftBehind: ['task import', 'GET /slow'],
      ...requests({ interrupted: [request('GET /slow', 27_000)] }),
    },
    [
      'Ended 28.0 s after SIGTERM, before it had finished: its time of 28.0 s was used up. Exit code 1.',
      'interrupted: GET /slow 27.0 s',
      'still going on: task import',
      ALL_DRAINED,
    ],
  ],
  [
    'everything at once, the most important first',
    {
      ...forced,
      ...requests({ interrupted: [request('GET /slow', 27_000)] }),
      hooks: [hook({ name: 'Outbox.flush', result: 'failed', error: 'away' }), hook({ result: 'skipped' })],
      errors: [{ origin: 'unhandledRejection', message: 'lost' }],
      leftBehind: ['task import'],
      openHandles: [
        {
          kind: 'TCPSocketWrap',
          count: 12,
          origins: [
            { name: '10.0.0.5:5432', count: 9 },
            { name: 'from 10.0.0.9 to port 3000', count: 1 },
            { name: '10.0.0.6:6379', count: 1 },
            { name: '10.0.0.7:6379', count: 1 },
          ],
        },
        { kind: 'Timeout', count: 1 },
      ],
      eventLoop: {
        maxDelayMs: 3100,
        utilization: 0.9,
        blocks: [
          { durationMs: 1200, during: [] },
          { durationMs: 3100, during: ['Ledger.close'], stack: ['write (a.js:4:1)', 'close (a.js:2:1)', 'b', 'c'] },
        ],
      },
      lostOutput: [{ stream: 'stderr', code: 'EPIPE' }],
    },
    [
      'Ended 28.0 s after SIGTERM, before it had finished: its time of 28.0 s was used up. Exit code 1.',
      'interrupted: GET /slow 27.0 s',
      'failed: hook Outbox.flush 12 ms: away',
      'failed: unhandledRejection: lost',
      'still going on: task import',
      'blocked: nothing else could run for 3.1 s, during Ledger.close: at write (a.js:4:1) < close (a.js:2:1) < b',
      'blocked: nothing else could run for 1.2 s',
      'was never called: Ledger.close',
      'log lines on stderr were lost: EPIPE',
      'still open in the process: TCPSocketWrap 12 (9 × 10.0.0.5:5432, from 10.0.0.9 to port 3000, 10.0.0.6:6379, …), Timeout 1',
      ALL_DRAINED,
    ],
  ],
  [
    'an exit before the shutdown began',
    {
      ...forced,
      late: false,
      reason: '',
      durationMs: 0,
      phases: [],
      ...requests({ inFlightAtStart: 0, drained: 0, refused: 0 }),
    },
    [
      'Ended 0 ms after it began to stop, before it had finished: the process exited. Exit code 1.',
      'time: 0 ms of 28.0 s; in flight at the start 0, ended by themselves 0, refused 0',
    ],
  ],
];

describe('terminationMessage', () => {
  it.each(ENDINGS)('tells of %s', (_ending, report, lines) => {
    expect(terminationMessage(endedReport(report)).split('\n')).toEqual(lines);
  });

  it('names ten kinds of work, and counts the others', () => {
    const many = Array.from({ length: 500 }, (_none, index): [string, number] => [`GET /${index}`, 1000 + index]);
    const lines = terminationMessage(endedReport(interrupted(...many))).split('\n');
    expect(lines.slice(1, 3)).toEqual(['interrupted: GET /499 1.5 s', 'interrupted: GET /498 1.5 s']);
    expect(lines[11]).toBe('interrupted: and 490 other kinds of work');
    expect(lines).toHaveLength(13);
  });

  it('is never longer than the kubelet reads, however long names and errors are', () => {
    const long = '€'.repeat(5000);
    const hooks = Array.from({ length: 200 }, (_none, index) =>
      hook({ name: `${index} ${long}`, result: 'failed', error: long }),
    );
    const text = terminationMessage(
      endedReport({ ...forced, hooks, reason: long, errors: hooks.map(() => ({ origin: long, message: long })) }),
    );
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MOST_BYTES);
    expect(text).not.toContain('\uFFFD');
    expect(text.endsWith('…')).toBe(true);
  });

  it('shows no password of a URL, and no line that an error has forged', () => {
    const error = 'connect postgres://app:s3cret@db:5432/orders failed\nStopped in order. \u001b[31m';
    const lines = terminationMessage(endedReport({ ...failed, hooks: [hook({ result: 'failed', error })] })).split(
      '\n',
    );
    expect(lines[1]).toBe(
      String.raw`failed: hook Ledger.close 12 ms: connect postgres://***@db:5432/orders failed\nStopped in order. \u001b[31m`,
    );
    expect(lines).toHaveLength(3);
  });
});

describe('cutToBytes', () => {
  it.each(['a', 'ä', '€', '😀'])('cuts between two characters of %s, for every length', (character) => {
    const text = character.repeat(20);
    for (let most = 3; most < 90; most += 1) {
      const cut = cutToBytes(text, most);
      expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(most);
      expect(Buffer.from(cut).toString()).toBe(cut);
      expect(cut.replace('…', '').replaceAll(character, '')).toBe('');
    }
  });
});
