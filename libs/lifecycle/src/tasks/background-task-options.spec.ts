import { LifecycleError } from '../errors/lifecycle-error.js';
import { readTaskOptions } from './background-task-options.js';

describe('the options of a background task', () => {
  it('have defaults', () => {
    const defaults = { onShutdown: 'finish', restart: undefined, timeoutMs: 5000 };
    expect(readTaskOptions('poll', undefined)).toEqual(defaults);
    expect(readTaskOptions('poll', { restart: false })).toEqual(defaults);
    expect(readTaskOptions('poll', { onShutdown: 'cancel', restart: {}, timeout: '2s' })).toEqual({
      onShutdown: 'cancel',
      restart: { maxAttempts: Infinity, initialMs: 1000, maxMs: 30_000 },
      timeoutMs: 2000,
    });
  });

  it.each([
    ['250ms', 250, 30_000],
    ['1m', 60_000, 60_000],
    [{ max: '2s' }, 1000, 2000],
    [{ initial: 10, max: 20 }, 10, 20],
  ])('read the backoff %p', (backoff, initialMs, maxMs) => {
    expect(readTaskOptions('poll', { restart: { maxAttempts: 3, backoff } }).restart).toEqual({
      maxAttempts: 3,
      initialMs,
      maxMs,
    });
  });

  it.each<[unknown, string]>([
    [
      { onShutdown: 'abort' },
      "onShutdown: received 'abort'; allowed: 'finish' or 'cancel'. Type onShutdown: 'cancel'.",
    ],
    [{ restart: true }, 'restart: received true; allowed: { maxAttempts, backoff }'],
    [{ restart: { maxAttempts: 0 } }, 'restart.maxAttempts: received 0; allowed: a whole number from 1, or Infinity'],
    [{ restart: { backoff: 'soon' } }, "restart.backoff.initial: received 'soon'; allowed: a duration such as"],
    [{ restart: { backoff: { initial: '5s', max: '1s' } } }, 'allowed: a duration that is not below initial'],
    [{ restart: { attempts: 3 } }, 'restart.attempts: received 3; allowed: maxAttempts, backoff and nothing else'],
    [{ timeout: 0 }, 'timeout: received 0; allowed: a duration'],
    [{ timeOut: '2s' }, "timeOut: received '2s'; allowed: onShutdown, restart, timeout and nothing else"],
    ['cancel', "the options: received 'cancel'; allowed: an object with onShutdown, restart, timeout"],
  ])('refuse %p, and say what to type', (options, message) => {
    expect(() => readTaskOptions('poll', options)).toThrow(LifecycleError);
    expect(() => readTaskOptions('poll', options)).toThrow(message);
    expect(() => readTaskOptions('poll', options)).toThrow("The background task 'poll' cannot run as written.");
  });

  it('name everything that is wrong at once', () => {
    const read = (): unknown => readTaskOptions('poll', { onShutdown: 1, timeout: -1, restart: { maxAttempts: 1.5 } });
    expect(read).toThrow(/onShutdown: .*\n.*maxAttempts: .*\n.*timeout: /);
  });
});
