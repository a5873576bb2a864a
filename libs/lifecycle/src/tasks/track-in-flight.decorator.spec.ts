import { firstValueFrom, map, Observable, of, Subject } from 'rxjs';
import { promisesSettled } from '../../../../test/support/manual-clock.js';
import { addMethodTracker, type MethodTracker } from './method-trackers.js';
import { isTracked, TrackInFlight } from './track-in-flight.decorator.js';

const boom = new Error('broken on purpose');

/** Counts as a tracker does. */
class Counter implements MethodTracker {
  readonly labels: string[] = [];
  size = 0;

  start(label: string): { done(): void } {
    this.labels.push(label);
    this.size += 1;
    return { done: () => void (this.size -= 1) };
  }
}

function Below(): MethodDecorator {
  return (_target, _key, descriptor: PropertyDescriptor) =>
    Reflect.defineMetadata('below', 1, descriptor.value as object);
}

function Above(): MethodDecorator {
  return (_target, _key, descriptor: PropertyDescriptor) =>
    Reflect.defineMetadata('above', 2, descriptor.value as object);
}

class Jobs {
  readonly subject = new Subject<number>();
  calls = 0;

  @TrackInFlight()
  plain(a: number, b: number): number {
    this.calls += 1;
    return a + b;
  }

  @TrackInFlight('the sweep')
  async sweep(gate: Promise<unknown>): Promise<unknown> {
    return gate;
  }

  @TrackInFlight()
  throws(): never {
    throw boom;
  }

  @TrackInFlight()
  give<T>(value: T): T {
    return value;
  }

  @Above()
  @TrackInFlight()
  @Below()
  marked(): void {}
}

/** Work that begins when it is awaited, as with the query builders of some clients. */
function query(): { readonly runs: number } & PromiseLike<number> {
  const state = { runs: 0 };
  // oxlint-disable-next-line unicorn/no-thenable -- such values are what is tested
  return Object.defineProperty(state, 'then', {
    configurable: true,
    writable: true,
    value: (done: (value: number) => void) => {
      state.runs += 1;
      queueMicrotask(() => done(7));
    },
  }) as { readonly runs: number } & PromiseLike<number>;
}

describe('@TrackInFlight()', () => {
  let counter: Counter;
  let undo: () => void;
  let jobs: Jobs;

  beforeEach(() => {
    counter = new Counter();
    undo = addMethodTracker(counter, []);
    jobs = new Jobs();
  });

  afterEach(() => undo());

  it('counts a call of a sync method while it runs, and keeps `this`, arguments and what it returns', () => {
    expect(jobs.plain(1, 2)).toBe(3);
    expect(jobs.calls).toBe(1);
    expect([counter.labels, counter.size]).toEqual([['Jobs.plain'], 0]);
  });

  it('counts an async method until its promise has settled, by its label', async () => {
    let open = (_value: unknown): void => undefined;
    const ended = jobs.sweep(
      new Promise((resolve) => {
        open = resolve;
      }),
    );
    expect([counter.labels, counter.size]).toEqual([['the sweep'], 1]);
    open('swept');
    expect(await ended).toBe('swept');
    expect(counter.size).toBe(0);
  });

  it('hands on what is thrown', async () => {
    expect(() => jobs.throws()).toThrow(boom);
    await expect(jobs.sweep(Promise.reject(boom))).rejects.toBe(boom);
    expect(counter.size).toBe(0);
  });

  it('keeps the name, the arity and the metadata of decorators above and below', () => {
    expect([jobs.plain.name, jobs.plain.length]).toEqual(['plain', 2]);
    const method = Reflect.get(Jobs.prototype, 'marked') as object;
    expect([Reflect.getMetadata('below', method), Reflect.getMetadata('above', method)]).toEqual([1, 2]);
    expect([isTracked(jobs), isTracked(method), isTracked(new Counter())]).toEqual([true, true, false]);
  });

  it('counts each subscription of an Observable until its end', async () => {
    const source = new Subject<number>();
    const cold = jobs.give(new Observable<number>((subscriber) => source.subscribe(subscriber)));
    expect(counter.size).toBe(0);
    const values: number[] = [];
    cold.subscribe((value) => values.push(value));
    const second = cold.subscribe();
    expect(counter.size).toBe(2);
    second.unsubscribe();
    expect(counter.size).toBe(1);
    source.next(1);
    source.complete();
    expect([values, counter.size]).toEqual([[1], 0]);
    expect(await firstValueFrom(jobs.give(of(5)))).toBe(5);
    expect(counter.size).toBe(0);
  });

  it('counts what a pipe has made of a Subject, and returns a Subject as it is', () => {
    expect(jobs.give(jobs.subject)).toBe(jobs.subject);
    const values: number[] = [];
    jobs.give(jobs.subject.pipe(map((value) => value + 1))).subscribe((value) => values.push(value));
    expect(counter.size).toBe(1);
    jobs.subject.next(1);
    jobs.subject.complete();
    expect([values, counter.size]).toEqual([[2], 0]);
  });

  it('begins no work that begins when it is awaited, and counts it once it is', async () => {
    const lazy = query();
    expect(jobs.give(lazy)).toBe(lazy);
    await promisesSettled();
    expect([lazy.runs, counter.size]).toEqual([0, 0]);
    const value = (async () => await lazy)();
    await Promise.resolve();
    expect([lazy.runs, counter.size]).toEqual([1, 1]);
    expect(await value).toBe(7);
    expect([lazy.runs, counter.size]).toEqual([1, 0]);
  });

  it('returns a promise with members of its own as it is', async () => {
    const child = Object.assign(Promise.resolve(1), { pid: 7 });
    expect(jobs.give(child)).toBe(child);
    expect(await child).toBe(1);
    expect(counter.size).toBe(0);
  });

  it.each([[null], [undefined], [0], ['text'], [{}]])('returns %p as it is', (value) => {
    expect(jobs.give(value)).toBe(value);
  });

  it('returns what cannot be looked at as it is', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(Object.is(jobs.give(proxy), proxy)).toBe(true);
    expect(counter.size).toBe(0);
  });

  it('counts nothing without an application', () => {
    undo();
    expect(jobs.plain(1, 2)).toBe(3);
    expect(counter.labels).toEqual([]);
  });

  describe('with several applications', () => {
    it('counts in the one that has made the object, or makes objects of its class, or in all', () => {
      const other = new Counter();
      const mine = new Jobs();
      class RequestJobs extends Jobs {}
      const undoOther = addMethodTracker(other, [mine, RequestJobs.prototype]);
      mine.plain(1, 2);
      new RequestJobs().plain(1, 2);
      expect([counter.labels.length, other.labels.length]).toEqual([0, 2]);
      new Jobs().plain(1, 2);
      expect([counter.labels.length, other.labels.length]).toEqual([1, 3]);
      undoOther();
      mine.plain(1, 2);
      expect([counter.labels.length, other.labels.length]).toEqual([2, 3]);
    });
  });

  it('is refused on what is no method', () => {
    const decorate = (): void => TrackInFlight()(Jobs.prototype, 'size', { get: () => 1 }) as void;
    expect(decorate).toThrow('@TrackInFlight() on Jobs.size has nothing to count');
  });
});
