import { ManualClock } from '../../../../test/support/manual-clock.js';
import { EventStream } from '../events/event-stream.js';
import { type TimedEvent } from '../events/lifecycle-event.js';
import { createNodeSampler, EventLoopGate, type LoopReading } from './event-loop-gate.js';

describe('EventLoopGate', () => {
  const quiet: LoopReading = { delayMs: 2, utilization: 0.3 };
  let clock: ManualClock;
  let events: EventStream;
  let told: TimedEvent[];
  let reading: LoopReading;
  let samplers: number;
  let isUp: (() => boolean) | undefined;

  const create = (isOn = true): EventLoopGate =>
    new EventLoopGate(
      {
        clock,
        events,
        readiness: {
          addCondition: (_name, condition) => {
            isUp = condition;
            return () => undefined;
          },
        },
        settings: { readiness: { eventLoop: isOn ? { delayMs: 500, utilization: 0.98 } : undefined } },
      },
      () => {
        samplers += 1;
        return { read: () => reading, stop: () => void (samplers -= 1) };
      },
    );

  beforeEach(() => {
    clock = new ManualClock();
    events = new EventStream(clock);
    told = [];
    events.observe((event) => told.push(event));
    reading = quiet;
    samplers = 0;
    isUp = undefined;
  });

  it.each<[string, LoopReading]>([
    ['timers are late', { delayMs: 501, utilization: 0.3 }],
    ['it is busy', { delayMs: 2, utilization: 0.99 }],
  ])('is down once %s for three seconds in a row, and up after three well ones', async (_what, busy) => {
    create().start();
    reading = busy;
    await clock.advance(2000);
    reading = quiet;
    await clock.advance(1000);
    reading = busy;
    await clock.advance(2000);
    expect([isUp?.(), told]).toEqual([true, []]);
    await clock.advance(1000);
    expect(isUp?.()).toBe(false);
    expect(told).toMatchObject([{ type: 'readiness-shed', by: 'event-loop' }]);
    reading = quiet;
    await clock.advance(2000);
    expect(isUp?.()).toBe(false);
    await clock.advance(1000);
    expect(isUp?.()).toBe(true);
    expect(told[1]).toMatchObject({ type: 'readiness-restored', by: 'event-loop', durationMs: 3000 });
  });

  it('measures nothing where it is off, before the start is over, and once the shutdown has begun', async () => {
    create(false).start();
    expect([samplers, isUp, clock.pendingTimers]).toEqual([0, undefined, 0]);
    const gate = create();
    expect(samplers).toBe(0);
    gate.start();
    gate.start();
    expect([samplers, clock.pendingTimers]).toEqual([1, 1]);
    events.emit({ type: 'shutdown-started', reason: 'SIGTERM', signal: 'SIGTERM', inFlight: 0, budgetMs: 1 });
    expect([samplers, clock.pendingTimers]).toEqual([0, 0]);
    gate.start();
    expect(samplers).toBe(0);
  });

  it('reads what Node measures', () => {
    const sampler = createNodeSampler();
    const { delayMs, utilization } = sampler.read();
    sampler.stop();
    expect(delayMs).toBeGreaterThanOrEqual(0);
    expect(utilization).toBeGreaterThanOrEqual(0);
    expect(utilization).toBeLessThanOrEqual(1);
  });
});
