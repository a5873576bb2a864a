import { type CallSite, callSiteOf, currentStack } from '../errors/call-site.js';
import { type ListenerDeeds, readListener, sourceOf } from './listener-source.js';

/** A listener for a signal that is neither ours nor Nest's. */
export interface ForeignListener {
  readonly signals: readonly NodeJS.Signals[];
  /** Its name, and where it was added, if that was seen. */
  readonly name: string;
  /** The package that added it; `undefined` for the application's own code, and where that was not seen. */
  readonly packageName: string | undefined;
  readonly deeds: ListenerDeeds;
}

/** How much of a listener's text is shown where neither its name nor its place is known. */
const LONGEST_TEXT = 60;

/**
 * Finds the listeners of other code for signals in this process. Of those that were there before, the name and the text
 * are known; of later ones also the place that added them.
 */
export class ForeignListeners {
  readonly #origins = new WeakMap<object, CallSite>();
  readonly #returned = new WeakSet<object>();

  /** `isKnown`: whether a listener is ours or Nest's. */
  constructor(private readonly isKnown: (listener: object) => boolean) {}

  start(): void {
    process.on('newListener', this.#onNewListener);
  }

  stop(): void {
    process.removeListener('newListener', this.#onNewListener);
  }

  /** The listeners of these signals that no earlier call has returned. */
  notReturnedYet(signals: readonly NodeJS.Signals[]): ForeignListener[] {
    const found = new Map<NodeJS.SignalsListener, NodeJS.Signals[]>();
    for (const signal of signals) {
      for (const listener of process.listeners(signal)) {
        if (this.#returned.has(listener) || this.isKnown(listener)) continue;
        found.set(listener, [...(found.get(listener) ?? []), signal]);
      }
    }
    return [...found].map(([listener, heard]) => {
      this.#returned.add(listener);
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

/** A function's name, if it has one that can be read. */
function nameOf(listener: object): string | undefined {
  const name = Object.getOwnPropertyDescriptor(listener, 'name')?.value as unknown;
  return typeof name === 'string' && name !== '' ? name : undefined;
}
