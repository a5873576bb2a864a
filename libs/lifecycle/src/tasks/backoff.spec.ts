import { Backoff } from './backoff.js';

const most = (): number => 1;

describe('Backoff', () => {
  it('waits twice as long after each failure, up to its longest', () => {
    const backoff = new Backoff({ maxAttempts: Infinity, initialMs: 100, maxMs: 500 }, most);
    expect(Array.from({ length: 5 }, () => backoff.next(0))).toEqual([100, 200, 400, 500, 500]);
  });

  it('waits a random part of that', () => {
    const parts = [0, 0.5];
    const backoff = new Backoff({ maxAttempts: Infinity, initialMs: 100, maxMs: 500 }, () => parts.shift() ?? 1);
    expect([backoff.next(0), backoff.next(0), backoff.next(0)]).toEqual([0, 100, 400]);
  });

  it('ends after so many failures in a row', () => {
    const backoff = new Backoff({ maxAttempts: 2, initialMs: 100, maxMs: 500 }, most);
    expect([backoff.next(0), backoff.next(500), backoff.next(0)]).toEqual([100, 200, undefined]);
  });

  it('begins anew once the work has run for longer than its longest wait', () => {
    const backoff = new Backoff({ maxAttempts: 2, initialMs: 100, maxMs: 500 }, most);
    expect([backoff.next(0), backoff.next(0), backoff.next(501), backoff.next(0)]).toEqual([100, 200, 100, 200]);
  });
});
