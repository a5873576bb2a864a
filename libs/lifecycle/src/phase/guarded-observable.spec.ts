import { filter, firstValueFrom, map, Subject } from 'rxjs';
import { GuardedObservable } from './guarded-observable.js';

const boom = new Error('boom');
const failing = (): never => {
  throw boom;
};

describe('GuardedObservable', () => {
  let told: unknown[];
  let source: Subject<number>;
  let guarded: GuardedObservable<number>;

  beforeEach(() => {
    told = [];
    source = new Subject();
    guarded = GuardedObservable.of(source, (error) => told.push(error));
  });

  it('tells what subscribers throw or reject with, and goes on for all', async () => {
    const read: number[] = [];
    guarded.subscribe(failing);
    guarded.subscribe({ next: failing, complete: failing });
    const rejecting: () => unknown = () => Promise.reject(boom);
    guarded.subscribe(rejecting);
    guarded.subscribe((value) => read.push(value));
    source.next(1);
    source.next(2);
    source.complete();
    await Promise.resolve();
    expect(told).toEqual(Array.from({ length: 7 }, () => boom));
    expect(read).toEqual([1, 2]);
  });

  it('guards subscribers behind operators, and tells what operators throw', () => {
    guarded
      .pipe(
        filter((value) => value > 1),
        map((value) => `${value}`),
      )
      .subscribe(failing);
    guarded.pipe(map(failing)).subscribe();
    source.next(2);
    expect(told).toEqual([boom, boom]);
  });

  it('leaves errors to subscribers that want them, and works with what RxJS makes of it', async () => {
    const errors: unknown[] = [];
    guarded.pipe(map(failing)).subscribe({ error: (error) => errors.push(error) });
    const first = firstValueFrom(guarded.pipe(map((value) => value * 2)));
    source.next(21);
    expect(await first).toBe(42);
    expect([errors, told]).toEqual([[boom], []]);
  });
});
