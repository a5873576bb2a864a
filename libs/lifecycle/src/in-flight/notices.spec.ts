import { type Work } from './work.js';
import { WorkSet } from './work-set.js';
import { attachedNotices, attachNotices, Notices } from './notices.js';

describe('Notices', () => {
  let works: WorkSet;
  let notices: Notices;

  beforeEach(() => {
    works = new WorkSet(() => undefined);
    notices = new Notices({ all: () => works.active() });
  });

  function start(): object {
    const answer = {};
    const work: Work = { kind: 'handler', startedAt: 0, describe: () => ({ name: 'work' }), answer };
    works.add(work);
    return answer;
  }

  it('gives each piece of work a signal of its own, the same whenever it asks', () => {
    const [one, other] = [start(), start()];
    expect(notices.signalOf(one, 'time-up')).toBe(notices.signalOf(one, 'time-up'));
    expect(notices.signalOf(one, 'time-up')).not.toBe(notices.signalOf(other, 'time-up'));
    expect(notices.signalOf(one, 'time-up')).not.toBe(notices.signalOf(one, 'leaving'));
  });

  it('tells all work in flight that has asked', () => {
    const signals = [start(), start()].map((key) => notices.signalOf(key, 'time-up'));
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
    const reason = new Error('time is up');
    notices.fireForAll('time-up', reason);
    expect(signals.map((signal) => signal.reason as unknown)).toEqual([reason, reason]);
  });

  it('keeps the two notices apart', () => {
    const key = start();
    const [leaving, timeUp] = [notices.signalOf(key, 'leaving'), notices.signalOf(key, 'time-up')];
    notices.fireForAll('leaving', new Error('leaving'));
    expect([leaving.aborted, timeUp.aborted]).toEqual([true, false]);
  });

  it('answers with an aborted signal when the notice has been given', () => {
    const reason = new Error('time is up');
    notices.fireForAll('time-up', reason);
    expect(notices.signalOf(start(), 'time-up').reason).toBe(reason);
  });

  it('can tell one alone', () => {
    const [one, other] = [start(), start()];
    const signals = [one, other].map((key) => notices.signalOf(key, 'time-up'));
    notices.fire(one, 'time-up', new Error('go'));
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  });

  it('knows who listens', () => {
    const key = start();
    expect(notices.isSignalRead(key, 'time-up')).toBe(false);
    notices.signalOf(key, 'leaving');
    expect(notices.isSignalRead(key, 'time-up')).toBe(false);
    notices.signalOf(key, 'time-up');
    expect(notices.isSignalRead(key, 'time-up')).toBe(true);
  });

  it('can be attached to a client or a message, without showing in it', () => {
    const client = { id: 7 };
    expect(attachedNotices(client)).toBeUndefined();
    attachNotices(client, notices);
    expect(attachedNotices(client)).toBe(notices);
    expect(JSON.stringify(client)).toBe('{"id":7}');
    expect(Object.keys(client)).toEqual(['id']);
  });
});
