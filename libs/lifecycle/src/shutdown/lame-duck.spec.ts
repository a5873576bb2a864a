import { type LameDuckEnd } from '../report/lame-duck-end.js';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { turns } from '../../../../test/support/event-loop.js';
import { ManualClock } from '../../../../test/support/manual-clock.js';
import { Deadline } from '../deadline/deadline.js';
import { EventStream } from '../events/event-stream.js';
import { type LifecycleEvent } from '../events/lifecycle-event.js';
import { FailedProbes } from '../health/failed-probes.js';
import { type LameDuck } from '../options/settings.js';
import { LameDuckStage, waitOutLameDuck } from './lame-duck.js';

/** One request of this address that asks for readiness, is told no, and hears of it. */
function deliverFailure(probes: FailedProbes, remoteAddress: string): void {
  const socket = new Socket();
  Reflect.defineProperty(socket, 'remoteAddress', { value: remoteAddress });
  const response = Object.assign(new ServerResponse(new IncomingMessage(socket)), { statusCode: 503 });
  probes.serving(response, probes.refused);
  response.end();
  // As Node does when all of it is sent.
  Reflect.defineProperty(response, 'writableFinished', { value: true });
  response.emit('close');
}

/** As the real one: every look is a moment later than the one before, and Node's timers may fire half a millisecond early. */
class RunningClock extends ManualClock {
  override now(): number {
    this.block(0.4);
    return super.now();
  }

  override after(ms: number, action: () => void): () => void {
    return super.after(ms - 0.5, action);
  }
}

describe('waitOutLameDuck', () => {
  let clock: ManualClock;
  let start: number;
  let sources: { lastArrivalAt: number };
  let endedAt: number | undefined;
  let endedBy: LameDuckEnd | undefined;
  let probes: FailedProbes;

  beforeEach(() => {
    clock = new ManualClock();
    start = clock.now();
    // As of the signal: from then on requests are watched.
    sources = { lastArrivalAt: start };
    endedAt = undefined;
    probes = new FailedProbes(clock);
  });

  function wait(times: Omit<LameDuck, 'isExplicit'>, budgetMs = 60_000): void {
    const deadline = new Deadline(clock, start + budgetMs);
    void waitOutLameDuck(
      { ...times, isExplicit: true },
      {
        clock,
        sources,
        failedProbes: probes,
        deadline,
      },
    ).then((end) => {
      endedBy = end;
      endedAt = clock.now() - start;
    });
  }

  const request = (): void => void (sources.lastArrivalAt = clock.now());

  describe('of a fixed time', () => {
    const fixed = { minMs: 5000, maxMs: 5000, quietMs: 1000, untilProbesFailed: undefined };

    it('ends because of its time also where the clock goes on while it looks, and timers are early', async () => {
      clock = new RunningClock();
      start = clock.now();
      sources = { lastArrivalAt: start };
      wait(fixed);
      await clock.advance(5100);
      expect(endedBy).toBe('elapsed');
    });

    it('ends at that time, and not before', async () => {
      wait(fixed);
      await clock.advance(4999);
      expect(endedAt).toBeUndefined();
      await clock.advance(1);
      expect([endedAt, endedBy]).toEqual([5000, 'elapsed']);
    });

    it('does not care for requests', async () => {
      wait(fixed);
      await clock.advance(4999);
      request();
      await clock.advance(1);
      expect(endedAt).toBe(5000);
    });

    it('is over at once when it is nothing', async () => {
      wait({ minMs: 0, maxMs: 0, quietMs: 1000, untilProbesFailed: undefined });
      await Promise.resolve();
      expect(endedAt).toBe(0);
      expect(clock.pendingTimers).toBe(0);
    });
  });

  describe('that ends once traffic has gone', () => {
    const adaptive = { minMs: 2000, maxMs: 15_000, quietMs: 1000, untilProbesFailed: undefined };

    it('ends after min when no request comes', async () => {
      wait(adaptive);
      await clock.advance(1999);
      expect(endedAt).toBeUndefined();
      await clock.advance(1);
      expect(endedAt).toBe(2000);
    });

    it('ends after min when the last request was long enough before', async () => {
      wait(adaptive);
      await clock.advance(1000);
      request();
      await clock.advance(10_000);
      expect(endedAt).toBe(2000);
    });

    it('waits until it has been quiet for long enough', async () => {
      wait(adaptive);
      await clock.advance(1900);
      request();
      await clock.advance(900);
      request();
      await clock.advance(999);
      expect(endedAt).toBeUndefined();
      await clock.advance(1);
      expect([endedAt, endedBy]).toEqual([3800, 'quiet']);
    });

    it('ends at max when requests never cease', async () => {
      wait(adaptive);
      for (let ms = 0; ms < 14_900; ms += 100) {
        request();
        await clock.advance(100);
      }
      request();
      await clock.advance(99);
      expect(endedAt).toBeUndefined();
      await clock.advance(1);
      expect([endedAt, endedBy]).toEqual([15_000, 'elapsed']);
    });

    it('takes no time for quiet in which the process stood still: what came meanwhile is read first', async () => {
      let arrivedAt = start;
      let isWaiting = false;
      const arrive = (): void => {
        if (isWaiting) arrivedAt = clock.now();
        isWaiting = false;
      };
      // It waits at the socket, and is read in the turn after the timers.
      const read = (): number => (isWaiting && setImmediate(arrive), arrivedAt);
      sources = Object.defineProperty({ lastArrivalAt: start }, 'lastArrivalAt', { get: read });
      wait(adaptive);
      await clock.advance(1500);
      clock.block(2000);
      isWaiting = true;
      await clock.advance(0);
      await turns();
      expect(endedAt).toBeUndefined();
      await clock.advance(1000);
      expect(endedBy).toBe('quiet');
    });

    it('ends after it stood still, when nothing had come meanwhile', async () => {
      wait(adaptive);
      await clock.advance(1000);
      clock.block(3000);
      await clock.advance(0);
      await turns();
      await clock.advance(0);
      expect([endedAt, endedBy]).toEqual([4000, 'quiet']);
    });

    it('waits for quiet even without a min', async () => {
      wait({ minMs: 0, maxMs: 15_000, quietMs: 1000, untilProbesFailed: undefined });
      await clock.advance(500);
      request();
      await clock.advance(999);
      expect(endedAt).toBeUndefined();
      await clock.advance(1);
      expect(endedAt).toBe(1500);
    });
  });

  describe('that ends once probes have failed', () => {
    const untilProbesFailed = { minMs: 2000, maxMs: 15_000, quietMs: undefined, untilProbesFailed: 3 };
    let senders = 0;
    const probe = async (count: number): Promise<void> => {
      for (let n = 0; n < count; n += 1) deliverFailure(probes, `10.0.0.${(senders += 1)}`);
      await clock.advance(0);
    };

    beforeEach(() => probes.begin());

    it('ends with the one that makes it enough, without waiting for a timer', async () => {
      wait(untilProbesFailed);
      await clock.advance(3000);
      await probe(2);
      expect(endedAt).toBeUndefined();
      await clock.advance(500);
      expect(endedAt).toBeUndefined();
      await probe(1);
      expect([endedAt, endedBy]).toEqual([3500, 'probes-failed']);
      expect(clock.pendingTimers).toBe(0);
    });

    it('never ends before min', async () => {
      wait(untilProbesFailed);
      await probe(5);
      await clock.advance(1999);
      expect(endedAt).toBeUndefined();
      await clock.advance(1);
      expect([endedAt, endedBy]).toEqual([2000, 'probes-failed']);
    });

    it('does not take quiet for an answer', async () => {
      wait(untilProbesFailed);
      await clock.advance(14_999);
      expect(endedAt).toBeUndefined();
      await clock.advance(1);
      expect([endedAt, endedBy]).toEqual([15_000, 'elapsed']);
    });

    it('ends with whichever comes first when quiet is written, too', async () => {
      wait({ ...untilProbesFailed, quietMs: 4000 });
      await clock.advance(4000);
      expect([endedAt, endedBy]).toEqual([4000, 'quiet']);
    });
  });

  it('never outlives its deadline', async () => {
    wait({ minMs: 5000, maxMs: 15_000, quietMs: 1000, untilProbesFailed: undefined }, 1000);
    await clock.advance(999);
    expect(endedAt).toBeUndefined();
    await clock.advance(1);
    expect([endedAt, endedBy]).toEqual([1000, 'budget']);
  });
});

describe('LameDuckStage', () => {
  const lameDuck = { minMs: 5000, maxMs: 5000, quietMs: 1000, untilProbesFailed: undefined, isExplicit: true };
  let clock: ManualClock;
  let told: LifecycleEvent[];
  let stage: LameDuckStage;
  let sources: { lastArrivalAt: number };
  let deadline: Deadline;

  beforeEach(() => {
    clock = new ManualClock();
    told = [];
    sources = { lastArrivalAt: clock.now() };
    stage = createStage(false);
    deadline = new Deadline(clock, clock.now() + 60_000);
  });

  function createStage(singleReplica: number | false): LameDuckStage {
    const events = new EventStream();
    events.read((event) => told.push(event));
    return new LameDuckStage({
      clock,
      sources,
      failedProbes: new FailedProbes(clock),
      events,
      settings: { singleReplica },
    });
  }

  const ended = (endedBy: LameDuckEnd) => [
    { type: 'lame-duck-ended', endedBy, failedProbes: 0, repeatedProbes: 0, isStillAlone: false },
  ];

  it('tells what ended it', async () => {
    const running = stage.run(deadline, { isSkipped: false, lameDuck, isAsked: () => false });
    expect(told).toEqual([]);
    await clock.advance(5000);
    await running;
    expect(told).toEqual(ended('elapsed'));
  });

  it('tells that no other pod has come, where it waits for one and requests go on', async () => {
    const waiting = { ...lameDuck, maxMs: 18_000, quietMs: 3000 };
    const running = createStage(0).run(deadline, { isSkipped: false, lameDuck: waiting, isAsked: () => false });
    for (let second = 0; second < 18; second += 1) {
      sources.lastArrivalAt = clock.now();
      await clock.advance(999);
      expect(told).toEqual([]);
      await clock.advance(1);
    }
    await running;
    expect(told).toEqual([
      { type: 'lame-duck-ended', endedBy: 'elapsed', failedProbes: 0, repeatedProbes: 0, isStillAlone: true },
    ]);
  });

  it('is over at once where there is none', async () => {
    await stage.run(deadline, { isSkipped: true, lameDuck, isAsked: () => false });
    expect(told).toEqual(ended('skipped'));
    expect(clock.pendingTimers).toBe(0);
  });

  it('was forced when the process ends meanwhile, and tells so once', async () => {
    const running = stage.run(deadline, { isSkipped: false, lameDuck, isAsked: () => false });
    await clock.advance(4999);
    stage.force();
    expect(told).toEqual(ended('forced'));
    // An application that is closed without the process goes on.
    await clock.advance(1);
    await running;
    expect(told).toEqual(ended('forced'));
  });

  it('has nothing to add when the process ends before it, or after', async () => {
    stage.force();
    expect(told).toEqual([]);
    const running = stage.run(deadline, { isSkipped: false, lameDuck, isAsked: () => false });
    await clock.advance(5000);
    await running;
    stage.force();
    expect(told).toEqual(ended('elapsed'));
  });
});
