import { constants } from 'node:os';
import { setImmediate } from 'node:timers';
import { readsLikeNests } from '../internals/nest-listeners.js';
import { sourceOf } from './listener-source.js';
import { callFrames } from '../waits/call-frames.js';

/** Every signal that Nest can listen to: `enableShutdownHooks()` takes any that Node knows. */
const SIGNALS = Object.keys(constants.signals) as readonly string[] as readonly NodeJS.Signals[];

/** Nest's listeners for signals. */
const nestListeners = new WeakSet<object>();

/**
 * Notices signals that only Nest listens to. For such a signal Nest closes an application, and tells a module of it
 * only when it is too late. Its own listener is never the only one, because that would change what the signal does.
 */
export class NestSignals {
  readonly #listeners = new Map<NodeJS.Signals, () => void>();
  /** Nest's listeners, with the signals that they are added for. */
  readonly #signals = new Map<object, Set<NodeJS.Signals>>();
  #current: NodeJS.Signals | undefined;

  /** `isOurs`: whether the module itself listens to a signal. */
  constructor(private readonly isOurs: (signal: NodeJS.Signals) => boolean) {}

  /** The signal that came in this turn of the event loop, in which Nest begins to close. */
  get current(): NodeJS.Signals | undefined {
    return this.#current;
  }

  /** The signals that Nest listens to, for all applications that were created since {@link start}. */
  get nestSignals(): readonly NodeJS.Signals[] {
    const listeners = [...this.#signals.values()];
    return SIGNALS.filter((signal) => listeners.some((signals) => signals.has(signal)));
  }

  start(): void {
    process.on('newListener', this.#onNewListener);
    process.on('removeListener', this.#onRemoveListener);
  }

  stop(): void {
    process.removeListener('newListener', this.#onNewListener);
    process.removeListener('removeListener', this.#onRemoveListener);
    for (const signal of [...this.#listeners.keys()]) this.stopListening(signal);
    this.#signals.clear();
  }

  /** Stops listening to a signal. */
  stopListening(signal: NodeJS.Signals): void {
    const own = this.#listeners.get(signal);
    if (own === undefined) return;
    this.#listeners.delete(signal);
    process.removeListener(signal, own);
  }

  readonly #onNewListener = (event: string | symbol, listener: object): void => {
    const signal = SIGNALS.find((name) => name === event);
    if (signal === undefined || !isAddedByNest()) return;
    nestListeners.add(listener);
    const signals = this.#signals.get(listener) ?? new Set();
    this.#signals.set(listener, signals.add(signal));
    this.#listen(signal);
  };

  readonly #onRemoveListener = (event: string | symbol, listener: object): void => {
    const signal = SIGNALS.find((name) => name === event);
    if (signal !== undefined) this.#signals.get(listener)?.delete(signal);
    if (signal !== undefined && process.listenerCount(signal) === 1) this.stopListening(signal);
  };

  #listen(signal: NodeJS.Signals): void {
    if (this.#listeners.has(signal) || this.isOurs(signal)) return;
    const own = (): void => this.#came(signal);
    this.#listeners.set(signal, own);
    process.prependListener(signal, own);
  }

  #came(signal: NodeJS.Signals): void {
    this.#current = signal;
    setImmediate(() => {
      this.#current = undefined;
    });
  }
}

/**
 * Whether Nest's `enableShutdownHooks()` is adding the listener that Node reports: the method is on the stack.
 * Minifiers keep its name, because users call it; they may change the listener's. A listener of the user, such as one
 * that reloads on SIGHUP, does not count. Where Nest has changed (read in 11.2.10 and 12.5.1), no such listener is
 * found, and the signal looks like `app.close()`.
 */
function isAddedByNest(): boolean {
  return callFrames().some((name) => name.split('.').at(-1) === 'enableShutdownHooks');
}

/**
 * Whether a listener was added by `enableShutdownHooks()`. One that was added before the first application with the
 * module is recognised by its text.
 */
export function isNestListener(listener: object): boolean {
  return nestListeners.has(listener) || readsLikeNests(sourceOf(listener));
}
