import { renderEvent } from '../../../../../libs/lifecycle/src/events/event-lines.js';
import { type LifecycleEvent } from '../../../../../libs/lifecycle/src/events/lifecycle-event.js';
import { endedReport } from '../../../../../test/support/ended-report.js';
import { TOLD, TROUBLED } from '../../../../../test/support/told-shutdown.js';
import { readSentence } from './sentences.js';

const hook = { name: 'Hooks.a b', phase: 'closing', priority: 80, durationMs: 1234.5 } as const;

describe('the sentences of the log', () => {
  it.each<[string, LifecycleEvent, object]>([
    [
      'a beginning with commas',
      { type: 'shutdown-started', reason: 'a, 3 in flight, b', signal: undefined, inFlight: 7, budgetMs: 28_000 },
      { reason: 'a, 3 in flight, b', inFlight: 7, budgetMs: 28_000 },
    ],
    ['a phase', { type: 'phase-changed', phase: 'lame-duck' }, { phase: 'lame-duck' }],
    ['a hook that is called', { type: 'hook-started', ...hook, allowedMs: 2000 }, { name: 'Hooks.a b' }],
    ['a hook that ends', { type: 'hook-settled', ...hook, result: 'done' }, { name: 'Hooks.a b', result: 'done' }],
    [
      'a hook that fails',
      { type: 'hook-settled', ...hook, result: 'failed', error: new Error('done after 3s: no') },
      { name: 'Hooks.a b', result: 'failed', error: 'done after 3s: no' },
    ],
    [
      'a hook that times out',
      { type: 'hook-settled', ...hook, result: 'timed-out', error: new Error('slow') },
      { name: 'Hooks.a b', result: 'timed-out', error: 'slow' },
    ],
    [
      'a hook of Nest',
      { type: 'nest-hook-settled', name: 'Pool.onModuleDestroy', durationMs: 3, result: 'done' },
      { name: 'Pool.onModuleDestroy', result: 'done', durationMs: 3 },
    ],
    [
      'a source that is drained',
      { type: 'source-drained', source: 'orders: new', drained: 4, durationMs: 12_000 },
      { source: 'orders: new', drained: 4, durationMs: 12_000 },
    ],
    [
      'a source that is cut',
      { type: 'source-interrupted', source: 'HTTP requests', drained: 4, interrupted: 2, durationMs: 900 },
      { source: 'HTTP requests', drained: 4, interrupted: 2, durationMs: 900 },
    ],
    [
      'the end of the drain',
      { type: 'drain-ended', drained: 4, interrupted: 2, durationMs: 900 },
      { drained: 4, interrupted: 2, durationMs: 900 },
    ],
    [
      'what is cut',
      {
        type: 'work-interrupted',
        items: [
          { kind: 'response', name: 'GET /a, b', ageMs: 2000 },
          { kind: 'task', name: 'mail', ageMs: 90, correlationId: 'c' },
        ],
      },
      {
        total: 2,
        items: [
          { name: 'GET /a, b', ageMs: 2000 },
          { name: 'mail (c)', ageMs: 90 },
        ],
      },
    ],
    [
      'what is waited for',
      { type: 'progressed', phase: 'draining', elapsedMs: 6000, remainingMs: 9000, waitingFor: ['GET /a'], total: 3 },
      { phase: 'draining', total: 3, elapsedMs: 6000, waitingFor: ['GET /a, and 2 more'] },
    ],
    ['the deadline', { type: 'deadline-passed', waitingFor: ['GET /a'] }, { waitingFor: ['GET /a'] }],
    ['a second signal', { type: 'signal-repeated', signal: 'SIGINT' }, { signal: 'SIGINT' }],
    [
      'an error that was not caught',
      { type: 'error-uncaught', origin: 'uncaughtException', error: new Error('no') },
      { origin: 'uncaughtException', error: 'no' },
    ],
    ['an exit', { type: 'process-exited', by: 'stop (/app/a.js:3:4)' }, { by: 'stop (/app/a.js:3:4)' }],
  ])('are read back: %s', (_what, event, fields) => {
    const told = readSentence(renderEvent(event)?.text ?? '');
    expect(told).toMatchObject({ event: event.type, fields });
  });

  it('have the whole summary of a report', () => {
    const text = renderEvent({ type: 'shutdown-ended', report: TROUBLED })?.text ?? '';
    expect(readSentence(text)?.fields).toEqual({
      summary: {
        outcome: 'failed',
        durationMs: 26_000,
        late: false,
        budgetMs: undefined,
        reason: 'SIGTERM',
        phases: [
          { phase: 'lame-duck', durationMs: 5000 },
          { phase: 'draining', durationMs: 18_000 },
          { phase: 'closing', durationMs: 3000 },
          { phase: 'stopped', durationMs: 0 },
        ],
        requests: { inFlightAtStart: 3, drained: 2, refused: 1, interrupted: 1 },
        exitCode: 1,
        trouble: [
          'Outbox.flush timed-out (it took longer than 2.88s)',
          'Audit.end skipped',
          'interrupted GET /report (r-7) after 21.3s',
        ],
        unseen: [],
      },
    });
  });

  it('have the summary of reports with everything that there can be', () => {
    const report = endedReport({
      outcome: 'unverified',
      late: true,
      reason: 'a; reason b',
      phases: [],
      unseen: ['Timers; type a.'],
      webSockets: { closed: 1, terminated: 2 },
      lateConnections: { requests: 1, closed: 1 },
      endedEarly: [{ what: 'draining', by: 'endWait()' }],
    });
    const text = renderEvent({ type: 'shutdown-ended', report })?.text ?? '';
    expect(readSentence(text)?.fields['summary']).toMatchObject({
      outcome: 'unverified',
      late: true,
      budgetMs: 28_000,
      reason: 'a; reason b',
      exitCode: 0,
      unseen: ['Timers; type a.'],
    });
  });

  it('read a whole log', () => {
    const events = TOLD.map(([, event]) => readSentence(renderEvent(event)?.text ?? '')?.event);
    expect(events).toEqual(TOLD.map(([, { type }]) => type));
  });

  it.each(['', 'Nest application successfully started', 'phase of the moon', 'stopped clean after lunch'])(
    'are no others: %s',
    (text) => expect(readSentence(text)).toBeUndefined(),
  );

  it('are read in a time that does not grow with the square of their length', () => {
    const evil = `shutting down: ${', 1 in flight'.repeat(20_000)}`;
    expect(readSentence(evil)).toBeUndefined();
    expect(readSentence(`hook ${' done after 1'.repeat(20_000)}`)).toBeUndefined();
    expect(readSentence(`stopped clean after 1s; reason ${'; a'.repeat(20_000)}`)).toBeUndefined();
  });
});
