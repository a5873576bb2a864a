import { CountedPool } from '../../../../test/support/counted-pool.js';
import { ManualClock } from '../../../../test/support/manual-clock.js';
import { Deadline } from '../deadline/deadline.js';
import { type Guard } from '../errors/foreign-call.js';
import { EventStream } from '../events/event-stream.js';
import { UnseenWork } from '../unseen/unseen-work.js';
import { Resources } from './resources.js';

/** A pool that says how many of its clients are in use. */
class BusyPool extends CountedPool {
  inUse = 1;

  constructor() {
    super();
    Object.defineProperty(this, 'totalCount', { get: () => this.inUse });
  }
}

class Reports {
  readonly name = 'reports';
  readonly options = { pool: new BusyPool() };

  constructor(readonly pool: BusyPool) {}
}

const guard: Guard = (_name, fallback, call) => {
  try {
    return call();
  } catch {
    return fallback;
  }
};

/** Closes the resources of an application with these providers, at the end of its process or in the middle of it. */
function closing(instances: readonly object[], { endsProcess = true, except = [] as readonly unknown[] } = {}) {
  const clock = new ManualClock();
  const unseen = new UnseenWork([]);
  const settings = { enabled: true, resources: { areClosed: true, except } };
  const resources = new Resources({ clock, guard, events: new EventStream(), unseen, settings });
  const providers = instances.map((instance) => ({
    instance,
    token: instance.constructor,
    metatype: instance.constructor,
  }));
  resources.searchIn({ providers: () => providers, logger: () => undefined });
  resources.look();
  const closed = resources.close(new Deadline(clock, clock.now() + 10_000), { endsProcess });
  return { clock, closed, told: () => unseen.sentences({ endsProcess }) };
}

const CUT = /^queries of 1 clients that were never given back to a pg Pool \(pg Pool Reports\.pool\) cannot be seen/;

describe('a client in a field of a service', () => {
  it('is told of where it still works when the process ends, and is not closed', async () => {
    const pool = new BusyPool();
    const { clock, closed, told } = closing([new Reports(pool)]);
    await clock.advance(1000);
    await closed;
    expect(told()).toEqual([expect.stringMatching(CUT)]);
    expect(pool.ends).toBe(0);
  });

  it('is waited for as long as a query takes', async () => {
    const pool = new BusyPool();
    const { closed, told } = closing([new Reports(pool)]);
    pool.inUse = 0;
    await closed;
    expect(told()).toEqual([]);
  });

  it('is nothing to tell of where the process goes on', async () => {
    const { closed, told } = closing([new Reports(new BusyPool())], { endsProcess: false });
    await closed;
    expect(told()).toEqual([]);
  });

  it.each([
    ['its service', { except: [Reports] }],
    ['its name', { except: ['pg Pool Reports.pool'] }],
  ])('is left to the application by %s', async (_what, options) => {
    const { closed, told } = closing([new Reports(new BusyPool())], options);
    await closed;
    expect(told()).toEqual([]);
  });

  it('is not told of twice where it is a provider as well, which is closed', async () => {
    const pool = new BusyPool();
    const { clock, closed, told } = closing([pool, new Reports(pool)]);
    await clock.advance(10_000);
    await closed;
    expect(told()).toEqual([expect.not.stringContaining('Reports.pool')]);
  });

  it('is not told of where its service has closed it', async () => {
    const pool = new BusyPool();
    void pool.end();
    const { closed, told } = closing([new Reports(pool)]);
    await closed;
    expect(told()).toEqual([]);
  });
});
