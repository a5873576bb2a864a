import { Observable, type Observer, type Operator, Subscriber, type Subscription } from 'rxjs';
import { callForeign } from '../errors/foreign-call.js';

type Next<T> = Partial<Observer<T>> | ((value: T) => void) | null;

/**
 * An observable whose subscribers may throw, or be async and reject, at once or behind operators: RxJS would throw that
 * again in a timer, where it ends the process. Here it is told, and the source goes on. RxJS 7 makes what an operator
 * returns with `lift`, which therefore passes the guard on; where that has changed, only direct subscribers are guarded.
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
    // Those of operators: what they throw comes to the last of them as an error.
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
