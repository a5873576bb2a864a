import { type Limits } from '../scenario/limits.js';
import { drained, MadeUpRollout, REFUSED } from '../../../../test/support/made-up-rollout.js';

const limited = (limits: Partial<Limits>): MadeUpRollout =>
  drained({ limits: { p99: undefined, errors: undefined, ...limits } }).exit(12_500);

/** A hundred answers of 20 ms before the update, and a hundred in it, three of which took 0.7 s. */
const slowInTheUpdate = (limits: Partial<Limits>): MadeUpRollout =>
  limited(limits)
    .requests(99, { sentAt: 2000, pod: 'other' })
    .requests(96, { sentAt: 8000, pod: 'other' })
    .requests(3, { sentAt: 10_200, endedAt: 10_900, pod: 'old' });

const lost = (rollout: MadeUpRollout, count: number): MadeUpRollout =>
  rollout.requests(count, { ...REFUSED, sentAt: 10_800 });

describe('the window of the rollout', () => {
  it('goes from the beginning of the update to its end, or to the last exit', () => {
    expect(limited({}).verdict().serviceLevel.window).toEqual({ from: 5000, to: 50_000 });
    expect(new MadeUpRollout().exit(55_000).verdict().serviceLevel.window).toEqual({ from: 5000, to: 55_000 });
  });

  it('has the requests that were under way at its beginning, and is apart from the time before', () => {
    const rollout = limited({})
      .request({ sentAt: 4900, endedAt: 5100, pod: 'other' })
      .request({ sentAt: 60_000, pod: 'other' });
    const { before, during } = rollout.verdict().serviceLevel;
    expect({ before: before.sent, during: during.sent }).toEqual({ before: 1, during: 2 });
  });

  it('is none where the update never began', () => {
    const { window, during } = limited({}).without('update-started').verdict().serviceLevel;
    expect({ window, sent: during.sent }).toEqual({ window: undefined, sent: 0 });
  });
});

describe('p99-above-limit', () => {
  it('fails a run that lost nothing, with the figures, the window and how many there were', () => {
    const verdict = slowInTheUpdate({ p99: { ms: 500 } }).verdict();
    expect({ ...verdict, faults: verdict.faults.map(({ code }) => code) }).toMatchObject({
      faults: ['p99-above-limit'],
      isClean: false,
      passes: false,
    });
    expect(verdict.faults[0]?.evidence).toBe(
      'p99 was 699 ms (p50 20 ms, 100 answers) in the window of the rollout (5 s to 50 s), ' +
        'and 20 ms (p50 20 ms, 100 answers) before it. The limit is 500 ms.',
    );
  });

  it('compares with the time before the update where it is relative', () => {
    const { evidence } = slowInTheUpdate({ p99: { times: 2 } }).fault('p99-above-limit');
    expect(evidence).toMatch(/The limit is 2 times that of before, which is 40 ms\.$/);
    expect(slowInTheUpdate({ p99: { times: 100 } }).faults()).toEqual([]);
  });

  it('is none within the limit, and without one', () => {
    expect(slowInTheUpdate({ p99: { ms: 700 } }).verdict().isClean).toBe(true);
    expect(slowInTheUpdate({}).verdict().isClean).toBe(true);
  });

  it('fails where nothing can be compared: what was not seen is not within a limit', () => {
    const streams = limited({ p99: { times: 2 } });
    for (const [index, record] of streams.records.entries())
      streams.records[index] = { ...record, client: 'event-stream' };
    const { title, evidence } = streams.fault('p99-above-limit');
    expect(title).toBe('The limit of the latency could not be judged');
    expect(evidence).toContain('0 before, 0 in it');
  });
});

describe('errors-above-limit', () => {
  it('fails with the figures of both times where more is lost than the budget', () => {
    const rollout = lost(limited({ errors: { count: 2 } }).requests(96, { sentAt: 8000, pod: 'other' }), 3);
    expect(rollout.verdict()).toMatchObject({ isClean: false, passes: false });
    expect(rollout.fault('errors-above-limit').evidence).toBe(
      '3 of 100 requests (3 %) were lost in the window of the rollout (5 s to 50 s), and 0 of 1 (0 %) before it. The budget is 2.',
    );
  });

  it('lets what is lost within the budget pass, without calling it clean', () => {
    const verdict = lost(limited({ errors: { share: 0.5 } }), 1).verdict();
    expect(verdict).toMatchObject({ isClean: false, passes: true });
    expect(verdict.faults).toMatchObject([{ code: 'listener-closed-early', lost: 1, accepted: 'within-budget' }]);
  });

  it('does not cover what was lost before the update', () => {
    const rollout = limited({ errors: { count: 5 } }).request({ sentAt: 1000, pod: 'other', fate: 'reset' });
    expect(rollout.verdict().passes).toBe(false);
  });

  it('does not cover what is wrong without any loss: a crash, a failed exit, a pod that is killed', () => {
    const budget = { limits: { p99: undefined, errors: { count: 50 } } };
    const failed = drained(budget)
      .exit(12_500, { code: 1 })
      .request({ ...REFUSED, sentAt: 10_800 });
    expect(failed.faults()).toContain('failed-exit');
    expect(failed.verdict().passes).toBe(false);
    expect(lost(drained(budget).killed(), 1).verdict().passes).toBe(false);
  });

  it('rounds a share down to whole requests, and 0 is a budget of none', () => {
    const none = lost(limited({ errors: { count: 0 } }), 1);
    expect(none.faults()).toContain('errors-above-limit');
    const tenth = lost(limited({ errors: { share: 0.1 } }).requests(16, { sentAt: 8000, pod: 'other' }), 3);
    expect(tenth.fault('errors-above-limit').evidence).toMatch(
      /of 20 requests.*The budget is 10 %, which is 2 of them/,
    );
  });
});
