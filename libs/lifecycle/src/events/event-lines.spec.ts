import { renderEvent } from './event-lines.js';
import { type Line } from './line.js';
import { type HookSettled, type LifecycleEvent } from './lifecycle-event.js';

const hook = (result: HookSettled['result'], error?: unknown): HookSettled => ({
  type: 'hook-settled',
  name: 'Ledger.close',
  phase: 'closing',
  priority: 80,
  durationMs: 12.4,
  result,
  ...(error !== undefined && { error }),
});

const NO_LINE = { level: 'none', text: '', fields: {} };
const rendered = (event: LifecycleEvent): Line | typeof NO_LINE => renderEvent(event) ?? NO_LINE;

/** How an event reads: level and text. */
const read = (event: LifecycleEvent): string => {
  const { level, text } = rendered(event);
  return `${level}: ${text}`;
};

describe('renderEvent', () => {
  it.each<[string, LifecycleEvent]>([
    [
      'log: shutting down: SIGTERM, 3 in flight, 28s to go',
      { type: 'shutdown-started', reason: 'SIGTERM', signal: 'SIGTERM', inFlight: 3, budgetMs: 28_000 },
    ],
    ['debug: phase draining', { type: 'phase-changed', phase: 'draining' }],
    ['log: asked to stop while starting; the shutdown begins once the start has settled', { type: 'boot-awaited' }],
    ['debug: hook Ledger.close done after 12ms', hook('done')],
    ['error: hook Ledger.close failed after 12ms: refused', hook('failed', new Error('refused'))],
    ['error: hook Ledger.close failed after 12ms: a word', hook('failed', 'a word')],
    ['error: hook Ledger.close timed out after 12ms: too slow', hook('timed-out', new Error('too slow'))],
    [
      'log: draining: waiting for 2 since 6s, 12s left: GET /report, import',
      {
        type: 'progressed',
        phase: 'draining',
        elapsedMs: 6000,
        remainingMs: 12_000,
        waitingFor: ['GET /report', 'import'],
        total: 2,
      },
    ],
    [
      'log: draining: waiting for 9 since 6s, 12s left: GET /report, and 8 more',
      {
        type: 'progressed',
        phase: 'draining',
        elapsedMs: 6000,
        remainingMs: 12_000,
        waitingFor: ['GET /report'],
        total: 9,
      },
    ],
    [
      'warn: time is up, interrupting 2: GET /report after 18s, import after 500ms',
      {
        type: 'work-interrupted',
        items: [
          { kind: 'response', name: 'GET /report', ageMs: 18_000 },
          { kind: 'task', name: 'import', ageMs: 500 },
        ],
      },
    ],
    [
      'error: Pool.onModuleDestroy failed: refused',
      { type: 'nest-hook-failed', name: 'Pool.onModuleDestroy', error: new Error('refused') },
    ],
    [
      'error: uncaught during the shutdown (uncaughtException): refused',
      { type: 'error-uncaught', origin: 'uncaughtException', error: new Error('refused') },
    ],
    [
      'warn: cut exempt requests, which the drain does not wait for: GET /metrics after 900ms',
      { type: 'exempt-cut', items: [{ kind: 'response', name: 'GET /metrics', ageMs: 900 }] },
    ],
    [
      'warn: terminated upgraded sockets that no hook had closed: 2 × GET /chat, CONNECT. They ended without a close ' +
        'handshake. Close them in a hook; in Nest, serve them with a @WebSocketGateway().',
      { type: 'upgraded-terminated', names: ['CONNECT', 'GET /chat', 'GET /chat'] },
    ],
    ['warn: SIGINT again: ending at once', { type: 'signal-repeated', signal: 'SIGINT' }],
    [
      'error: the budget is used up; still waiting for GET /report, hook Ledger.close',
      { type: 'deadline-passed', waitingFor: ['GET /report', 'hook Ledger.close'] },
    ],
    ['debug: orders consumer: no more work is taken in', { type: 'source-stopped', source: 'orders consumer' }],
    [
      'debug: HTTP requests: nothing in flight after 1.2s, 4 drained',
      { type: 'source-drained', source: 'HTTP requests', drained: 4, durationMs: 1200 },
    ],
    [
      'debug: tasks: 2 interrupted after 20s, 1 drained',
      { type: 'source-interrupted', source: 'tasks', drained: 1, interrupted: 2, durationMs: 20_000 },
    ],
    [
      'log: drain over after 20s: 5 drained, 2 interrupted',
      { type: 'drain-ended', drained: 5, interrupted: 2, durationMs: 20_000 },
    ],
    ['debug: refused a request: GET, 1 so far', { type: 'request-refused', kind: 'request', name: 'GET', count: 1 }],
    ['none: ', { type: 'request-refused', kind: 'request', name: 'GET', count: 999 }],
    [
      'debug: refused a message: orders, 1000 so far',
      { type: 'request-refused', kind: 'message', name: 'orders', count: 1000 },
    ],
    ['log: SIGTERM: the process ends once this shutdown is over', { type: 'signal-joined', signal: 'SIGTERM' }],
    [
      'debug: hook Ledger.close started, with 5s',
      { type: 'hook-started', name: 'Ledger.close', phase: 'closing', priority: 80, allowedMs: 5000 },
    ],
    [
      'debug: hook Ledger.close, which had timed out, ended after 9s: aborted',
      {
        type: 'hook-ended-late',
        name: 'Ledger.close',
        phase: 'closing',
        durationMs: 9000,
        error: new Error('aborted'),
      },
    ],
    ['error: the budget is used up', { type: 'deadline-passed', waitingFor: [] }],
  ])('reads %p', (line, event) => {
    expect(read(event)).toBe(line);
  });

  it('carries the facts as fields', () => {
    expect(rendered(hook('done')).fields).toEqual({
      name: 'Ledger.close',
      phase: 'closing',
      priority: 80,
      durationMs: 12,
      result: 'done',
    });
    const items = [{ kind: 'task', name: 'import', ageMs: 500 }] as const;
    expect(rendered({ type: 'work-interrupted', items }).fields).toEqual({ items, total: 1 });
  });

  it('stays short however much is interrupted', () => {
    const items = Array.from({ length: 5000 }, (_, n) => ({ kind: 'task', name: `import ${n}`, ageMs: 500 }) as const);
    const { text, fields } = rendered({ type: 'work-interrupted', items });
    expect(text).toMatch(/^time is up, interrupting 5000: import 0 after 500ms, .*, and 4995 more$/);
    expect(fields).toEqual({ items: items.slice(0, 100), total: 5000 });
  });

  it('stays short however much is waited for when the budget is used up', () => {
    const waitingFor = Array.from({ length: 10_000 }, (_, n) => `GET /hang/${n}`);
    const { text, fields } = rendered({ type: 'deadline-passed', waitingFor });
    expect(text).toBe(
      'the budget is used up; still waiting for GET /hang/0, GET /hang/1, GET /hang/2, GET /hang/3, GET /hang/4, ' +
        'and 9995 more',
    );
    expect(fields).toEqual({ waitingFor: waitingFor.slice(0, 100), total: 10_000 });
  });

  it('carries the stack of what failed', () => {
    const error = new Error('refused');
    expect(rendered(hook('failed', error)).fields).toMatchObject({ error: 'refused', stack: error.stack });
    expect(rendered(hook('failed', 'a word')).fields).toMatchObject({ error: 'a word', stack: undefined });
  });

  it('says what blocked the event loop, or what to type to know it', () => {
    const block = { type: 'loop-blocked', durationMs: 1500.4, during: ['Ledger.close'] } as const;
    expect(rendered({ ...block, stack: ['write (a.js:4:1)', 'close (a.js:2:1)'] })).toMatchObject({
      level: 'warn',
      text: 'the event loop was blocked for 1.5s, during Ledger.close: at write (a.js:4:1) < close (a.js:2:1)',
      fields: { durationMs: 1500 },
    });
    expect(rendered({ ...block, during: [] }).text).toBe(
      'the event loop was blocked for 1.5s. To see where, type watchdog: true',
    );
  });
});
