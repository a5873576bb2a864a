import { type HookOptions } from './hook.js';
import { hookProblems, InvalidHookError, toHook } from './hook-options.js';

const run = (): void => undefined;

describe('hookProblems', () => {
  it.each<HookOptions>([
    {},
    { priority: 0 },
    { priority: 100 },
    { phase: 'lame-duck' },
    { phase: 'draining' },
    { phase: 'closing' },
    { timeout: '2s' },
    { timeout: 1 },
    { priority: undefined, phase: undefined, timeout: undefined },
  ])('has nothing to say about %j', (options) => {
    expect(hookProblems('Ledger.close', options)).toEqual([]);
  });

  it.each([-1, 101, 1.5, NaN, Infinity, '80', null])('refuses the priority %p', (priority) => {
    const [problem, ...more] = hookProblems('Ledger.close', { priority: priority as never });
    expect(more).toEqual([]);
    expect(problem).toMatch(
      /^Ledger\.close: received priority .+; allowed: an integer from 0 to 100, lower runs first/,
    );
  });

  it.each(['starting', 'ready', 'later', ''])('refuses the phase %p', (phase) => {
    expect(hookProblems('Ledger.close', { phase: phase as never })).toEqual([
      `Ledger.close: received phase '${phase}'; allowed: 'lame-duck', 'draining', 'closing', 'stopped'. Type phase: 'closing'.`,
    ]);
  });

  it.each([0, '0s', -1, NaN, 'soon', '2 days'])('refuses the timeout %p', (timeout) => {
    const [problem] = hookProblems('Ledger.close', { timeout: timeout as never });
    expect(problem).toMatch(
      /^Ledger\.close: received timeout .+; allowed: a duration above 0 .+ Type timeout: '2s'\.$/,
    );
  });

  it('tells everything that is wrong at once', () => {
    const options = { priority: NaN, phase: 'later', timeout: 'soon' };
    expect(hookProblems('Ledger.close', options as never)).toHaveLength(3);
  });
});

describe('InvalidHookError', () => {
  it('lists every problem', () => {
    const error = new InvalidHookError(['first', 'second']);
    expect(error).toMatchObject({ code: 'INVALID_HOOK', name: 'InvalidHookError', problems: ['first', 'second'] });
    expect(error.message).toBe('Some shutdown hooks cannot run as written.\n  - first\n  - second');
  });
});

describe('toHook', () => {
  it('fills in the defaults', () => {
    expect(toHook('Ledger.close', {}, run)).toEqual({
      origin: 'Ledger.close',
      name: 'Ledger.close',
      priority: 50,
      phase: 'closing',
      timeoutMs: undefined,
      run,
    });
  });

  it('keeps what was written', () => {
    expect(toHook('x', { priority: 0, phase: 'lame-duck', timeout: '2s' }, run)).toMatchObject({
      priority: 0,
      phase: 'lame-duck',
      timeoutMs: 2000,
    });
  });
});
