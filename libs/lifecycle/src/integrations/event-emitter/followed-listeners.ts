import { classNameOf } from '../../errors/foreign-call.js';
import { isObject } from '../../errors/foreign-value.js';
import { type Method, replaceMethod } from '../../patching/replace-method.js';
import { FollowedCalls } from '../followed-calls.js';
import { type Foreign, instanceWith } from '../foreign-instances.js';
import { type FollowedPackage, type InstanceWrapper, type IntegrationParts } from '../integration.js';
import { deferredBy, wrapListener } from './deferred-listener.js';
import { LOADER } from './package-parts.js';

/** Begins to follow the listeners of an application. */
export function followListeners(parts: IntegrationParts): FollowedPackage {
  return new FollowedListeners(parts);
}

class FollowedListeners implements FollowedPackage {
  readonly #calls: FollowedCalls;
  readonly #loaders = new Set<Foreign>();
  readonly #undo: (() => void)[] = [];

  constructor(private readonly parts: IntegrationParts) {
    this.#calls = new FollowedCalls('event listeners', 'event', parts.clock, parts.inFlight);
    parts.sources.add(this.#calls);
  }

  found(providers: readonly InstanceWrapper[]): void {
    for (const provider of providers) {
      const loader = this.parts.guard('looking for event listeners', undefined, () => instanceWith(provider, LOADER));
      if (loader === undefined || this.#loaders.has(loader)) continue;
      this.#loaders.add(loader);
      this.#follow(loader);
    }
  }

  undo(): void {
    for (const undo of this.#undo.splice(0)) undo();
  }

  /** It looks at one method after the other, and subscribes those that are marked. */
  #follow(loader: Foreign): void {
    let name = 'a listener';
    const looking = replaceMethod(loader, 'subscribeToEventIfListener', (original) => {
      return function (this: unknown, ...args: unknown[]): unknown {
        const [instance, method] = args;
        name = `${isObject(instance) ? classNameOf(instance) : 'a class'}.${String(method)}`;
        return Reflect.apply(original, this, args);
      };
    });
    const emitter = loader['eventEmitter'];
    const counted = (subscribe: Method): Method => this.#subscribing(subscribe, emitter, () => name);
    const subscribing = replaceMethod(loader, 'getRegisterListenerMethodBasedOn', (original) => {
      return function (this: unknown, ...args: unknown[]): unknown {
        const subscribe: unknown = Reflect.apply(original, this, args);
        return typeof subscribe === 'function' ? counted(subscribe as Method) : subscribe;
      };
    });
    this.#undo.push(looking, subscribing);
  }

  /** The same as `subscribe`, which gets a listener that counts. */
  #subscribing(subscribe: Method, emitter: unknown, nameOf: () => string): Method {
    return (event, listener, options, ...rest) => {
      if (typeof listener !== 'function') return subscribe(event, listener, options, ...rest);
      const name = nameOf();
      const deferred = options === undefined ? undefined : this.#deferred(name, listener as Method, options, emitter);
      if (deferred !== undefined) return subscribe(event, deferred);
      const counted = wrapListener(listener as Method, (call) => this.#calls.call({ name }, call));
      return subscribe(event, counted, options, ...rest);
    };
  }

  /** One that is called later than the event is in flight from the event on. `undefined` where it is called at once. */
  #deferred(name: string, listener: Method, options: unknown, emitter: unknown): Method | undefined {
    const calls = this.#calls;
    // In the order of the events, which is that of the calls.
    const begun: (() => void)[] = [];
    const counted = wrapListener(listener, (call) => calls.until(begun.shift() ?? calls.begin({ name }), call));
    const deferred = deferredBy(emitter, counted, options, this.parts.guard);
    if (deferred === counted) return undefined;
    if (deferred === undefined) {
      this.#cannotSee(name);
      return undefined;
    }
    return function (this: unknown, ...args: unknown[]): unknown {
      begun.push(calls.begin({ name }));
      return Reflect.apply(deferred, this, args);
    };
  }

  #cannotSee(name: string): void {
    this.parts.unseen.add({
      kind: 'events',
      what: `events that ${name} is still to be called for`,
      remedy:
        "Remove its options `async`, `nextTick` and `promisify`, or type shutdown.track('what it does', work) before emit().",
    });
  }
}
