import { asyncScheduler, tap, type Observable } from 'rxjs';
import { isObject } from '../../errors/foreign-value.js';
import { type Method, replaceMethod } from '../../patching/replace-method.js';
import { type FollowedCalls } from '../followed-calls.js';
import { type Foreign } from '../foreign-instances.js';

/**
 * What a saga holds back between an event and the command it answers with. Timers of RxJS that it starts for an event
 * (`delay()`, `debounceTime()`) are in flight. What else it waits for cannot be seen; that it does so is known when it answers
 * at a time at which no event comes.
 */
export class Sagas {
  /** How many events are being handed to sagas in this very call. */
  #eventsInHand = 0;
  #isRegistering = false;

  constructor(
    private readonly calls: FollowedCalls,
    private readonly onHoldingBack: (saga: string) => void,
  ) {}

  /** Follows the sagas that a bus registers from now on. Returns its undo. */
  follow(bus: Foreign): () => void {
    const undo: (() => void)[] = [];
    const watched = (saga: unknown): unknown => {
      // The first one. A bus without sagas is left alone.
      if (undo.length === 1) undo.push(this.#followEvents(bus), this.#followTimers());
      return typeof saga === 'function' ? this.#watched(saga as Method) : saga;
    };
    const registering = (call: () => unknown): unknown => this.#registering(call);
    undo.push(
      replaceMethod(bus, 'registerSaga', (original) => {
        return function (this: unknown, ...[saga, ...rest]: unknown[]): unknown {
          return registering(() => Reflect.apply(original, this, [watched(saga), ...rest]));
        };
      }),
    );
    return () => {
      for (const restore of undo) restore();
    };
  }

  /** Calls what is no part of a saga, although an event is in hand. */
  outside<T>(call: () => T): T {
    const before = this.#eventsInHand;
    this.#eventsInHand = 0;
    try {
      return call();
    } finally {
      this.#eventsInHand = before;
    }
  }

  #inHand(call: () => unknown): unknown {
    this.#eventsInHand += 1;
    try {
      return call();
    } finally {
      this.#eventsInHand -= 1;
    }
  }

  /** What a saga says when it is subscribed to follows from no event. */
  #registering(call: () => unknown): unknown {
    this.#isRegistering = true;
    try {
      return call();
    } finally {
      this.#isRegistering = false;
    }
  }

  #followEvents(bus: Foreign): () => void {
    const subject = bus['subject$'];
    if (!isObject(subject)) return () => undefined;
    const inHand = (call: () => unknown): unknown => this.#inHand(call);
    return replaceMethod(subject, 'next', (original) => {
      return function (this: unknown, ...args: unknown[]): unknown {
        return inHand(() => Reflect.apply(original, this, args));
      };
    });
  }

  #watched(saga: Method): Method {
    const tell = (): void => {
      if (this.#eventsInHand === 0 && !this.#isRegistering) this.onHoldingBack(saga.name);
    };
    const watched = function (this: unknown, ...args: unknown[]): unknown {
      const stream: unknown = Reflect.apply(saga, this, args);
      return isStream(stream) ? stream.pipe(tap({ next: tell })) : stream;
    };
    return Object.defineProperty(watched, 'name', { value: saga.name });
  }

  /** The scheduler is one for all of the process: what others schedule goes through as it is. */
  #followTimers(): () => void {
    const isInHand = (): boolean => this.#eventsInHand > 0;
    const followed = (work: Method, end: () => void): Method => this.#followedWork(work, end);
    const { calls } = this;
    return replaceMethod(asyncScheduler, 'schedule', (original) => {
      return function (this: unknown, ...[work, ...rest]: unknown[]): unknown {
        if (!isInHand() || typeof work !== 'function') return Reflect.apply(original, this, [work, ...rest]);
        const end = calls.begin({ name: 'an event that a saga holds back' });
        const action: unknown = Reflect.apply(original, this, [followed(work as Method, end), ...rest]);
        // It is over as well when the saga gives it up.
        if (isObject(action) && typeof action['add'] === 'function') Reflect.apply(action['add'], action, [end]);
        return action;
      };
    });
  }

  #followedWork(work: Method, end: () => void): Method {
    const inHand = (call: () => unknown): unknown => this.#inHand(call);
    return function (this: unknown, ...args: unknown[]): unknown {
      try {
        return inHand(() => Reflect.apply(work, this, args));
      } finally {
        end();
      }
    };
  }
}

function isStream(value: unknown): value is Observable<unknown> {
  return isObject(value) && typeof value['pipe'] === 'function' && typeof value['subscribe'] === 'function';
}
