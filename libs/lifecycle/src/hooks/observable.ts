import { isObject } from '../errors/foreign-value.js';

/** What is used here of an Observable of RxJS. */
interface ObservableLike {
  subscribe(observer: { complete: () => void; error: (reason: unknown) => void }): { unsubscribe(): void };
}

/**
 * Whether a hook has returned an Observable. RxJS asks the same of one that is of another copy (`isObservable`, read in
 * 7.8.2); it is not loaded for it, because a service without Nest need not have it.
 */
export function isObservable(value: unknown): value is ObservableLike {
  return isObject(value) && ['lift', 'subscribe'].every((name) => typeof Reflect.get(value, name) === 'function');
}
