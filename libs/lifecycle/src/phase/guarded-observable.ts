import { Observable, type Observer, type Operator, Subscriber, type Subscription } from 'rxjs';
import { callForeign } from '../errors/foreign-call.js';

type Next<T> = Partial<Observer<T>> | ((value: T) => void) | null;

/**
 * An observable whose subscribers may throw, or may be async and reject, directly or behind operators. RxJS would
 * rethrow that in a timer, where it ends the process. Here it is passed to `onError`, and the source goes on. RxJS 7
 * creates the result of an operator with `lift`, which therefore passes the guard on. Where that has changed, only
 * direct subscribers are guarded.
 */
export class GuardedObservable<T> extends Observable<T> {
  #onError: (error: unknown) => void = () => undefined;

  /** Guards the subscribers of `source`. */
  static of<T>(source: Observable<T>, onError: (error: unknown) => void): GuardedObservable<T> {
    const guarded = new GuardedObservable<T>((subscriber) => source.subscribe(subscriber));
    guarded.#onError = onError;
    return guarded;
  }

  override lift<R>(operator?: Operator<T, R>): Observable<R> {
    const lifted = new GuardedObservable<R>();
    lifted.#onError = this.#onError;
    lifted.source = this;
    lifted.operator = operator;
    return lifted;
  }

  override subscribe(
    next?: Next<T>,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription {
    // A subscriber of an operator: what it throws reaches the last subscriber as an error.
    if (next instanceof Subscriber) return super.subscribe(next);
    const own = typeof next === 'function' ? { next } : (next ?? {});
    const observer: Partial<Observer<T>> = {
      ...(error && { error }),
      ...(complete && { complete }),
    };
    return super.subscribe({
      next: (value) => this.#call(() => own.next?.(value)),
      error: (thrown: unknown) => {
        const handler = own.error === undefined ? observer.error : own.error.bind(own);
        if (handler === undefined) this.#onError(thrown);
        else this.#call(() => handler(thrown));
      },
      complete: () => this.#call(() => (own.complete === undefined ? observer.complete?.() : own.complete())),
    });
  }

  #call(call: () => unknown): void {
    callForeign({ name: 'subscriber', fallback: undefined, onError: (_name, error) => this.#onError(error) }, call);
  }
}
