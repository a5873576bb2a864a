import { setMaxListeners } from 'node:events';
import { type Work } from './work.js';

/** The notices that work in flight can get: the service leaves, or its time is nearly up. */
export type Notice = 'leaving' | 'time-up';

/** The signal of a piece of work, and whether its handler has read it. */
interface Line {
  readonly controller: AbortController;
  isRead: boolean;
}

type Lines = Partial<Record<Notice, Line>>;

const NOTICES = Symbol.for('nestjs-lifecycle.notices');

/**
 * Abort signals for work in flight. Each piece of work has its own, made when its handler reads it: one signal for all
 * would keep the listeners of every request in memory.
 */
export class Notices {
  /** By the object that identifies a piece of work: its response, its client, its message. */
  readonly #lines = new WeakMap<object, Lines>();
  readonly #fired = new Map<Notice, unknown>();

  /** `sources`: everything in flight, including requests that are not waited for. */
  constructor(private readonly sources: { all(): Iterable<Pick<Work, 'answer'>> }) {}

  /** The signal of one piece of work; aborted already if the notice was fired for all. */
  signalOf(key: object, notice: Notice): AbortSignal {
    const line = this.#lineTo(key, notice);
    line.isRead = true;
    if (this.#fired.has(notice)) line.controller.abort(this.#fired.get(notice));
    return line.controller.signal;
  }

  /** Whether a handler has read its signal, and so is expected to end by itself. */
  isSignalRead(key: object, notice: Notice): boolean {
    return this.#lines.get(key)?.[notice]?.isRead ?? false;
  }

  /** Aborts the signal of one piece of work, also if its handler reads it later. */
  fire(key: object, notice: Notice, reason: unknown): void {
    this.#lineTo(key, notice).controller.abort(reason);
  }

  /** Aborts the signals of everything in flight, including requests that are not waited for, and of later work. */
  fireForAll(notice: Notice, reason: unknown): void {
    this.#fired.set(notice, reason);
    for (const { answer } of this.sources.all()) {
      if (answer !== undefined) this.#lines.get(answer)?.[notice]?.controller.abort(reason);
    }
  }

  #lineTo(key: object, notice: Notice): Line {
    const lines = this.#lines.get(key) ?? {};
    this.#lines.set(key, lines);
    return (lines[notice] ??= { controller: createController(), isRead: false });
  }
}

/** Without a limit of listeners: a handler may pass its signal to many calls. */
function createController(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}

/** Attaches to a client or a message the notices of its application, where `@ShutdownSignal()` finds them. */
export function attachNotices(key: object, notices: Notices): void {
  Reflect.set(key, NOTICES, notices);
}

/** The attached notices, if there are any. */
export function attachedNotices(key: object): Notices | undefined {
  const notices: unknown = Reflect.get(key, NOTICES);
  // They may be those of another copy of this package; no other code uses the symbol.
  return typeof notices === 'object' && notices !== null ? (notices as Notices) : undefined;
}
