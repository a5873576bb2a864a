import { ManualClock } from '../../../../test/support/manual-clock.js';
import { Deadline, type Settled } from './deadline.js';
import { Limit } from './limit.js';

describe('Deadline', () => {
  let clock: ManualClock;
  let deadline: Deadline;

  beforeEach(() => {
    clock = new ManualClock();
    deadline = new Deadline(clock, clock.now() + 1000);
  });

  it('counts down to nothing, and no further', async () => {
    expect(deadline.remainingMs).toBe(1000);
    await clock.advance(999);
    expect(deadline.remainingMs).toBe(1);
    expect(deadline.isPast).toBe(false);
    await clock.advance(1);
    expect(deadline.remainingMs).toBe(0);
    expect(deadline.isPast).toBe(true);
    await clock.advance(5000);
    expect(deadline.remainingMs).toBe(0);
  });

  it('never shares out more than it has', () => {
    expect(deadline.within(300).remainingMs).toBe(300);
    expect(deadline.within(3000).remainingMs).toBe(1000);
  });

  it('can leave time for what comes behind it', () => {
    expect(deadline.before(200).remainingMs).toBe(800);
    expect(deadline.before(3000).remainingMs).toBe(0);
  });

  it('can be extended when it is past', async () => {
    await clock.advance(5000);
    expect(deadline.after(50).remainingMs).toBe(50);
  });

  describe('settle', () => {
    it('tells what the work came to, and leaves no timer behind', async () => {
      await expect(deadline.settle(Promise.resolve('value'))).resolves.toEqual({ how: 'done', value: 'value' });
      const error = new Error('broken');
      await expect(deadline.settle(Promise.reject(error))).resolves.toEqual({ how: 'failed', error });
      expect(clock.pendingTimers).toBe(0);
    });

    it('waits for the work until the deadline, and not a moment longer', async () => {
      let outcome: Settled<never> | undefined;
      void deadline.settle(new Promise<never>(() => undefined)).then((settled) => (outcome = settled));
      await clock.advance(999);
      expect(outcome).toBeUndefined();
      await clock.advance(1);
      expect(outcome).toEqual({ how: 'late' });
    });

    it('gives work that is done a chance when the deadline is past', async () => {
      await clock.advance(5000);
      await expect(deadline.settle(Promise.resolve(1))).resolves.toEqual({ how: 'done', value: 1 });
    });

    it('observes what late work throws', async () => {
      let fail = (): void => undefined;
      const work = new Promise<never>((_resolve, reject) => {
        fail = () => reject(new Error('too late'));
      });
      const settled = deadline.settle(work);
      await clock.advance(1000);
      fail();
      // An unobserved rejection would end this process.
      await clock.advance(0);
      await expect(settled).resolves.toEqual({ how: 'late' });
    });
  });

  it('calls back once when it is reached, unless cancelled', async () => {
    const calls: string[] = [];
    deadline.onReached(() => calls.push('reached'));
    const cancel = deadline.onReached(() => calls.push('cancelled'));
    cancel();
    await clock.advance(999);
    expect(calls).toEqual([]);
    await clock.advance(5000);
    expect(calls).toEqual(['reached']);
  });

  describe('with a limit', () => {
    let limit: Limit;
    let limited: Deadline;

    beforeEach(() => {
      limit = new Limit();
      limited = deadline.limitedBy(limit);
    });

    it('is as it was until the limit is moved ahead of it', () => {
      expect(limited.remainingMs).toBe(1000);
      limit.moveTo(clock.now() + 5000);
      expect(limited.remainingMs).toBe(1000);
      limit.moveTo(clock.now() + 300);
      expect(limited.remainingMs).toBe(300);
      limit.moveTo(clock.now() + 600);
      expect(limited.remainingMs).toBe(300);
      expect(deadline.remainingMs).toBe(1000);
    });

    it('ends waits that have begun, also those of its shares, at the moment it is moved to', async () => {
      const ended: string[] = [];
      const never = new Promise<never>(() => undefined);
      void limited.settle(never).then(() => ended.push('whole'));
      void limited
        .within(900)
        .settle(never)
        .then(() => ended.push('share'));
      limited.before(200).onReached(() => ended.push('notice'));
      limit.moveTo(clock.now() + 500);
      await clock.advance(299);
      expect(ended).toEqual([]);
      await clock.advance(1);
      expect(ended).toEqual(['notice']);
      await clock.advance(200);
      expect(ended.toSorted()).toEqual(['notice', 'share', 'whole']);
      expect(clock.pendingTimers).toBe(0);
    });

    it('calls nothing that was cancelled, and extends past it', async () => {
      const calls: string[] = [];
      limited.onReached(() => calls.push('cancelled'))();
      limit.moveTo(clock.now());
      await clock.advance(0);
      expect(calls).toEqual([]);
      expect(limited.isPast).toBe(true);
      expect(limited.after(50).remainingMs).toBe(50);
    });
  });

  it('settles as failed what throws when it is awaited, and leaves no timer', async () => {
    const clock = new ManualClock();
    // oxlint-disable-next-line unicorn/no-thenable -- what such values do is tested
    const thenable = Object.defineProperty({}, 'then', {
      value: () => {
        throw new Error('no then');
      },
    }) as PromiseLike<void>;
    expect(await new Deadline(clock, 1000).settle(thenable)).toMatchObject({
      how: 'failed',
      error: { message: 'no then' },
    });
    expect(clock.pendingTimers).toBe(0);
  });
});
