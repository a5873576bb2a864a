import { type CallSite, callSiteOf, currentStack } from '../errors/call-site.js';
import { type ListenerDeeds, readListener, sourceOf } from './listener-source.js';

/** A listener for a signal that is neither ours nor Nest's. */
export interface ForeignListener {
  readonly signals: readonly NodeJS.Signals[];
  /** Its name, and where it was added when that was seen. */
  readonly name: string;
  /** The package that added it; `undefined` for the application's own code, and where that was not seen. */
  readonly packageName: string | undefined;
  readonly deeds: ListenerDeeds;
}

/** How much of a listener's text stands for its place, where that was not seen. */
const LONGEST_TEXT = 60;

/**
 * Knows who else listens for signals in this process: those that were there before have their names and their text,
 * those that come later have the place that adds them too.
 */
export class ForeignListeners {
  readonly #origins = new WeakMap<object, CallSite>();
  readonly #told = new WeakSet<object>();

  /** `isKnown` says which listeners are ours, or Nest's. */
  constructor(private readonly isKnown: (listener: object) => boolean) {}

  start(): void {
    process.on('newListener', this.#onNewListener);
  }

  stop(): void {
    process.removeListener('newListener', this.#onNewListener);
  }

  /** The listeners of these signals that have not been told of, each once. */
  untold(signals: readonly NodeJS.Signals[]): ForeignListener[] {
    const found = new Map<NodeJS.SignalsListener, NodeJS.Signals[]>();
    for (const signal of signals) {
      for (const listener of process.listeners(signal)) {
        if (this.#told.has(listener) || this.isKnown(listener)) continue;
        found.set(listener, [...(found.get(listener) ?? []), signal]);
      }
    }
    return [...found].map(([listener, heard]) => {
      this.#told.add(listener);
      return this.#describe(listener, heard);
    });
  }

  #describe(listener: NodeJS.SignalsListener, signals: readonly NodeJS.Signals[]): ForeignListener {
    const origin = this.#origins.get(listener);
    const source = sourceOf(listener);
    const text = source.replaceAll(/\s+/g, ' ');
    const shown = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
    const name = nameOf(listener) ?? (origin === undefined ? shown : 'a function');
    return {
      signals,
      name: origin === undefined ? name : `${name}, added by ${origin.text}`,
      packageName: origin?.packageName,
      deeds: readListener(source),
    };
  }

  readonly #onNewListener = (event: string | symbol, listener: object): void => {
    if (typeof event !== 'string' || !event.startsWith('SIG') || this.isKnown(listener)) return;
    const origin = callSiteOf(currentStack());
    if (origin !== undefined) this.#origins.set(listener, origin);
  };
}

/** A function's name, where it has one that can be read. */
function nameOf(listener: object): string | undefined {
  const name = Object.getOwnPropertyDescriptor(listener, 'name')?.value as unknown;
  return typeof name === 'string' && name !== '' ? name : undefined;
}
