import { LoopMeter } from './loop-meter.js';

/** A meter whose times the test moves. */
function metered() {
  let now = 1000;
  const told: (string | number)[] = [];
  const listener = { beat: () => void told.push('beat'), blocked: (ms: number) => void told.push(ms) };
  const meter = new LoopMeter(listener, { now: () => now, utilization: () => () => 0.256 });
  const pass = (ms: number): void => {
    now += ms;
    meter.look();
  };
  return { meter, told, pass };
}

describe('LoopMeter', () => {
  it('measures the longest delay, without its own interval, and keeps it when it is stopped', () => {
    const { meter, pass } = metered();
    const stop = meter.start();
    for (const ms of [50, 450, 60]) pass(ms);
    stop();
    pass(9000);
    expect(meter.read()).toEqual({ maxDelayMs: 400, utilization: 0.26 });
  });

  it('tells of a block of a second, before the beat behind it', () => {
    const { meter, told, pass } = metered();
    const stop = meter.start();
    for (const ms of [1049, 1050]) pass(ms);
    stop();
    expect(told).toEqual(['beat', 1000, 'beat', 'beat']);
  });

  it('counts a block that still lasts when it is stopped', () => {
    const { meter, pass, told } = metered();
    const stop = meter.start();
    pass(50);
    pass(3050);
    stop();
    expect(meter.read().maxDelayMs).toBe(3000);
    expect(told).toContain(3000);
  });
});
