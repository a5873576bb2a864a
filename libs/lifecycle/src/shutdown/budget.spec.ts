import { ManualClock } from '../../../../test/support/manual-clock.js';
import { type GracefulShutdownOptions } from '../options/graceful-shutdown-options.js';
import { resolveSettings } from '../options/resolve-settings.js';
import { Budget } from './budget.js';

describe('Budget', () => {
  let clock: ManualClock;

  const create = (code: GracefulShutdownOptions): Budget =>
    new Budget(clock, resolveSettings({ code, platform: 'linux', variable: () => undefined }));

  beforeEach(() => {
    clock = new ManualClock();
  });

  it('starts at the signal', async () => {
    const budget = create({ gracePeriod: '30s', preStop: '3s' });
    expect(budget.end.remainingMs).toBe(25_000);
    await clock.advance(4000);
    expect(budget.elapsedMs).toBe(4000);
    expect(budget.end.remainingMs).toBe(21_000);
  });

  it('keeps the hook budget free of everything that comes before hooks', () => {
    const budget = create({ gracePeriod: '30s', hookBudget: '6s' });
    expect(budget.beforeHooks.remainingMs).toBe(22_000);
  });

  it('gives the drain what is left, whatever the lame duck took', async () => {
    const budget = create({ gracePeriod: '30s', lameDuck: { min: 0, max: '10s' } });
    expect(budget.shares.drainTimeoutMs).toBe(13_000);
    await clock.advance(2000);
    // The lame duck has left eight seconds of its share.
    expect(budget.drain().remainingMs).toBe(21_000);
    await clock.advance(10_000);
    expect(budget.drain().remainingMs).toBe(11_000);
  });

  it('caps the drain', async () => {
    const budget = create({ gracePeriod: '30s', drainTimeout: '4s' });
    expect(budget.drain().remainingMs).toBe(4000);
    await clock.advance(10_000);
    expect(budget.drain().remainingMs).toBe(4000);
  });

  it('gives hooks their budget when there is time, however early they start', async () => {
    const budget = create({ gracePeriod: '30s', hookBudget: '5s' });
    expect(budget.hooks().remainingMs).toBe(5000);
    await clock.advance(20_000);
    expect(budget.hooks().remainingMs).toBe(5000);
  });

  it("keeps a fifth of the hook budget for Nest's own hooks when everything before took its share", async () => {
    const budget = create({ gracePeriod: '30s', hookBudget: '5s' });
    await clock.advance(23_000);
    expect(budget.hooks().remainingMs).toBe(4000);
    expect(budget.end.remainingMs).toBe(5000);
  });

  it('fits, from the lame duck over drain and hooks to the end', () => {
    const settings = { gracePeriod: '30s', lameDuck: '5s', drainTimeout: '15s', hookBudget: '8s' } as const;
    const budget = create(settings);
    expect(budget.beforeHooks.remainingMs).toBe(5000 + 15_000);
    expect(budget.hooksEnd.remainingMs).toBeLessThan(budget.end.remainingMs);
  });
});
