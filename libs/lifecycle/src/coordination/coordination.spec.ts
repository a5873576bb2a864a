import { ManualClock } from '../../../../test/support/manual-clock.js';
import { Deadline } from '../deadline/deadline.js';
import { EventStream } from '../events/event-stream.js';
import { readCoordination, type CoordinateOptions } from './coordinate-options.js';
import { Coordination } from './coordination.js';
import { type FreePlace, type PlaceRequest } from './shutdown-limit.js';

/** One instance, whose limit answers as the test says. */
function instance(options: Partial<CoordinateOptions> = {}) {
  const clock = new ManualClock();
  const events = new EventStream();
  const told: unknown[] = [];
  events.read((event) => told.push(event));
  const coordination = new Coordination(clock, events);
  let answer: { give: (free: FreePlace) => void; fail: (error: Error) => void } | undefined;
  const requests: PlaceRequest[] = [];
  const through = {
    join: (request: PlaceRequest): Promise<FreePlace> => {
      requests.push(request);
      return new Promise((give, fail) => {
        answer = { give, fail };
      });
    },
  };
  coordination.add(readCoordination({ group: 'orders', limit: 2, through, ...options }, 20_000));
  const deadline = new Deadline(clock, clock.now() + 20_000);
  return { clock, told, coordination, requests, deadline, answer: () => answer };
}

const TURN = { type: 'turn-settled', group: 'orders', limit: 2 };

describe('a turn', () => {
  it('is waited for, and given back once', async () => {
    const { clock, told, coordination, deadline, answer, requests } = instance();
    let isOver = false;
    const waited = coordination.wait(deadline).then(() => (isOver = true));
    await clock.advance(3000);
    expect({ isOver, waitingFor: coordination.waitingFor }).toEqual({
      isOver: false,
      waitingFor: ['a turn in the group orders'],
    });
    const free = jest.fn();
    answer()?.give(free);
    await waited;
    expect(requests).toMatchObject([{ group: 'orders', limit: 2, signal: { aborted: false } }]);
    expect(told).toEqual([{ ...TURN, waitedMs: 3000, result: 'taken' }]);
    await coordination.free(deadline);
    await coordination.free(deadline);
    expect(free).toHaveBeenCalledTimes(1);
    expect(told).toHaveLength(1);
    expect(coordination.waitingFor).toEqual([]);
  });

  it('is not waited for longer than half of the time, and a place that comes later is given back', async () => {
    const { clock, told, coordination, deadline, answer, requests } = instance();
    const waited = coordination.wait(deadline);
    await clock.advance(10_000);
    await waited;
    expect(told).toEqual([{ ...TURN, waitedMs: 10_000, result: 'late' }]);
    expect(requests[0]?.signal.aborted).toBe(true);
    const free = jest.fn();
    answer()?.give(free);
    await clock.advance(0);
    expect(free).toHaveBeenCalledTimes(1);
  });

  it('is not waited for longer than maxWait', async () => {
    const { clock, told, coordination, deadline } = instance({ maxWait: '2s' });
    const waited = coordination.wait(deadline);
    await clock.advance(2000);
    await waited;
    expect(told).toEqual([{ ...TURN, waitedMs: 2000, result: 'late' }]);
  });

  it('that cannot be had is told, and the shutdown goes on', async () => {
    const { told, coordination, deadline, answer, clock } = instance();
    const waited = coordination.wait(deadline);
    await clock.advance(0);
    const error = new Error('connection refused');
    answer()?.fail(error);
    await waited;
    expect(told).toEqual([{ ...TURN, waitedMs: 0, result: 'failed', error }]);
  });

  it.each([
    ['throws', (): never => fail(), 'the key has expired'],
    ['rejects', (): Promise<never> => Promise.reject(new Error('the key has expired')), 'the key has expired'],
    ['hangs', (): Promise<never> => new Promise(() => undefined), 'no answer in 1000 ms'],
  ])('whose giving back %s is told, and keeps nothing waiting', async (_how, free, message) => {
    const { clock, told, coordination, deadline, answer } = instance();
    const waited = coordination.wait(deadline);
    await clock.advance(0);
    answer()?.give(free);
    await waited;
    const freed = coordination.free(deadline);
    await clock.advance(1000);
    await freed;
    expect(told.slice(1)).toEqual([{ type: 'turn-not-freed', group: 'orders', error: new Error(message) }]);
  });
});

function fail(): never {
  throw new Error('the key has expired');
}

describe('what coordinate() is given', () => {
  const through = { join: (): Promise<FreePlace> => Promise.resolve(() => undefined) };
  const good = { group: 'orders', limit: 1, through };

  it('is taken as it is', () => {
    expect(readCoordination({ ...good, maxWait: '4s' }, 20_000)).toEqual({ ...good, maxWaitMs: 4000 });
  });

  it.each([
    [{ group: '' }, "coordinate() received group ''; allowed: a name. Type group: 'orders'."],
    [{ limit: 0 }, 'coordinate() received limit 0; allowed: a whole number from 1 to 1000. Type limit: 1.'],
    [
      { through: {} as typeof through },
      'coordinate() received through {}; allowed: redisLimit(client) or postgresLimit(pool). Type through: redisLimit(client).',
    ],
    [
      { maxWait: '20s' as const },
      "coordinate() received maxWait '20s'; allowed: a duration of less than 20s, which is what gracePeriod leaves before " +
        "the hooks. Type maxWait: '10s', or a longer gracePeriod.",
    ],
  ])('is refused with what to type: %p', (wrong, message) => {
    expect(() => readCoordination({ ...good, ...wrong }, 20_000)).toThrow(message);
  });
});
