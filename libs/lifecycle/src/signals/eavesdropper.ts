import { setImmediate } from 'node:timers';
import { ShutdownSignal } from '@nestjs/common';
import { readsLikeNests } from '../internals/nest-listeners.js';
import { sourceOf } from './listener-source.js';
import { callFrames } from '../waits/call-frames.js';

/** Every signal that Nest can be told to listen to; its enumeration is of names Node knows. */
const NEST_SIGNALS = Object.values(ShutdownSignal) as readonly string[] as readonly NodeJS.Signals[];

/** Nest's listeners, as long as they are there. */
const nests = new WeakSet<object>();

/**
 * Hears signals that Nest listens to, and nobody of ours: Nest closes an application for them without saying so to any
 * module before it is too late. Never is the only listener, which would change what a signal does.
 */
export class Eavesdropper {
  readonly #ears = new Map<NodeJS.Signals, () => void>();
  /** Nest's listeners, by what they listen to. */
  readonly #nests = new Map<object, Set<NodeJS.Signals>>();
  #heard: NodeJS.Signals | undefined;

  /** `isOurs` says which signals are heard anyway. */
  constructor(private readonly isOurs: (signal: NodeJS.Signals) => boolean) {}

  /** The signal that came in this turn of the event loop; Nest begins to close in the same. */
  get heard(): NodeJS.Signals | undefined {
    return this.#heard;
  }

  /** What Nest listens to, of all applications that were made since {@link start}. */
  get nestSignals(): readonly NodeJS.Signals[] {
    const listeners = [...this.#nests.values()];
    return NEST_SIGNALS.filter((signal) => listeners.some((signals) => signals.has(signal)));
  }

  start(): void {
    process.on('newListener', this.#onNewListener);
    process.on('removeListener', this.#onRemoveListener);
  }

  stop(): void {
    process.removeListener('newListener', this.#onNewListener);
    process.removeListener('removeListener', this.#onRemoveListener);
    for (const signal of [...this.#ears.keys()]) this.leave(signal);
    this.#nests.clear();
  }

  /** No longer needed for this one. */
  leave(signal: NodeJS.Signals): void {
    const ear = this.#ears.get(signal);
    if (ear === undefined) return;
    this.#ears.delete(signal);
    process.removeListener(signal, ear);
  }

  readonly #onNewListener = (event: string | symbol, listener: object): void => {
    const signal = NEST_SIGNALS.find((name) => name === event);
    if (signal === undefined || !isAddedByNest()) return;
    nests.add(listener);
    const signals = this.#nests.get(listener) ?? new Set();
    this.#nests.set(listener, signals.add(signal));
    this.#listen(signal);
  };

  readonly #onRemoveListener = (event: string | symbol, listener: object): void => {
    const signal = NEST_SIGNALS.find((name) => name === event);
    if (signal !== undefined) this.#nests.get(listener)?.delete(signal);
    if (signal !== undefined && process.listenerCount(signal) === 1) this.leave(signal);
  };

  #listen(signal: NodeJS.Signals): void {
    if (this.#ears.has(signal) || this.isOurs(signal)) return;
    const ear = (): void => this.#hear(signal);
    this.#ears.set(signal, ear);
    process.prependListener(signal, ear);
  }

  #hear(signal: NodeJS.Signals): void {
    this.#heard = signal;
    setImmediate(() => {
      this.#heard = undefined;
    });
  }
}

/**
 * Whether Nest's `enableShutdownHooks()` adds the listener of which Node is telling: the method is among the calls. Its
 * name is one that a minifier leaves alone, because users call it; that of the listener is not. A user's own listener,
 * such as one that reloads on SIGHUP, is none of our business. Where Nest has changed (read in 11.2.10 and 12.5.1),
 * nothing is overheard, and such a signal looks like `app.close()`.
 */
function isAddedByNest(): boolean {
  return callFrames().some((name) => name.split('.').at(-1) === 'enableShutdownHooks');
}

/**
 * Whether a listener is one of `enableShutdownHooks()`. One that was added before any application with the module was made
 * is known by its text.
 */
export function isNests(listener: object): boolean {
  return nests.has(listener) || readsLikeNests(sourceOf(listener));
}
