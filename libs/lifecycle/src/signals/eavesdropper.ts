import { setImmediate } from 'node:timers';
import { ShutdownSignal } from '@nestjs/common';

/** Every signal that Nest can be told to listen to; its enumeration is of names Node knows. */
const NEST_SIGNALS = Object.values(ShutdownSignal) as readonly string[] as readonly NodeJS.Signals[];

/**
 * Hears signals that Nest listens to, and nobody of ours: Nest closes an application for them without saying so to any
 * module before it is too late. Never is the only listener, which would change what a signal does.
 */
export class Eavesdropper {
  readonly #ears = new Map<NodeJS.Signals, () => void>();
  #heard: NodeJS.Signals | undefined;

  /** `isOurs` says which signals are heard anyway. */
  constructor(private readonly isOurs: (signal: NodeJS.Signals) => boolean) {}

  /** The signal that came in this turn of the event loop; Nest begins to close in the same. */
  get heard(): NodeJS.Signals | undefined {
    return this.#heard;
  }

  start(): void {
    for (const signal of NEST_SIGNALS) if (process.listeners(signal).some(isNests)) this.#listen(signal);
    process.on('newListener', this.#onNewListener);
    process.on('removeListener', this.#onRemoveListener);
  }

  stop(): void {
    process.removeListener('newListener', this.#onNewListener);
    process.removeListener('removeListener', this.#onRemoveListener);
    for (const signal of [...this.#ears.keys()]) this.leave(signal);
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
    if (signal !== undefined && isNests(listener)) this.#listen(signal);
  };

  readonly #onRemoveListener = (event: string | symbol): void => {
    const signal = NEST_SIGNALS.find((name) => name === event);
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
 * Whether a listener is one of `enableShutdownHooks()`, known by the name it has there (read in Nest 11.2.10 and
 * 12.5.1). A user's own, such as one that reloads on SIGHUP, is none of our business. Where Nest has changed, nothing is
 * overheard, and such a signal looks like `app.close()`.
 */
export function isNests(listener: object): boolean {
  return 'name' in listener && listener.name === 'cleanup';
}
