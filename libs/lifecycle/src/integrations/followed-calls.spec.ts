import { InFlightWork } from '../in-flight/in-flight-work.js';
import { systemClock } from '../deadline/clock.js';
import { deferred } from '../deadline/deferred.js';
import { FollowedCalls } from './followed-calls.js';

function follow() {
  const inFlight = new InFlightWork();
  const calls = new FollowedCalls('jobs', 'job', systemClock, inFlight);
  inFlight.addSource(calls);
  return { inFlight, calls };
}

const sweep = { name: 'Cleaner.sweep' };

describe('FollowedCalls', () => {
  it('counts a call until its promise has settled, and hands its value on', async () => {
    const { inFlight, calls } = follow();
    const { promise, resolve } = deferred();
    const answer = calls.call(sweep, () => promise.then(() => 7));
    expect(inFlight.snapshot(systemClock.now()).items).toMatchObject([{ kind: 'job', name: 'Cleaner.sweep' }]);
    resolve();
    expect(await answer).toBe(7);
    expect({ size: calls.size, ended: calls.ended }).toEqual({ size: 0, ended: 1 });
  });

  it('hands on what is no promise, and what is thrown', () => {
    const { calls } = follow();
    expect(calls.call(sweep, () => calls.size)).toBe(1);
    const fail = (): never => {
      throw new Error('thrown on purpose');
    };
    expect(() => calls.call(sweep, fail)).toThrow('thrown on purpose');
    expect({ size: calls.size, ended: calls.ended }).toEqual({ size: 0, ended: 2 });
  });

  it('hands a rejection on, and counts it as ended', async () => {
    const { calls } = follow();
    const error = new Error('rejected on purpose');
    await expect(calls.call(sweep, async () => Promise.reject(error))).rejects.toBe(error);
    expect(calls.ended).toBe(1);
  });

  it('awaits a thenable that is no promise', async () => {
    const { calls } = follow();
    class Query implements PromiseLike<string> {
      // oxlint-disable-next-line unicorn/no-thenable -- as query builders do
      readonly then: PromiseLike<string>['then'] = (resolved) => Promise.resolve('rows').then(resolved);
    }
    expect(await calls.call(sweep, () => new Query())).toBe('rows');
    expect(calls.ended).toBe(1);
  });

  it('lets a piece of work end once', () => {
    const { calls } = follow();
    const end = calls.begin({ name: 'emails: welcome', correlationId: '17' });
    expect([...calls.active()].map((work) => work.describe())).toEqual([
      { name: 'emails: welcome', correlationId: '17' },
    ]);
    end();
    end();
    expect({ size: calls.size, ended: calls.ended }).toEqual({ size: 0, ended: 1 });
  });
});
