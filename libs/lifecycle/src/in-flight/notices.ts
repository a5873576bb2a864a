import { setMaxListeners } from 'node:events';
import { type Work } from './work.js';

/** What work in flight can be told: that the service is leaving, and that its time is nearly up. */
export type Notice = 'leaving' | 'time-up';

/** Whether a piece of work has been told, and whether it has asked. */
interface Line {
  readonly controller: AbortController;
  isHeard: boolean;
}

type Lines = Partial<Record<Notice, Line>>;

const NOTICES = Symbol.for('nestjs-lifecycle.notices');

/**
 * Abort signals for work in flight. Each piece of work has its own, made when its handler asks for it: one shared by all
 * would keep the listeners of every request that ever was.
 */
export class Notices {
  /** By the object a piece of work goes by: its response, its client, its message. */
  readonly #lines = new WeakMap<object, Lines>();
  readonly #given = new Map<Notice, unknown>();

  /** `sources`: everything in flight, requests that are not waited for included. */
  constructor(private readonly sources: { all(): Iterable<Pick<Work, 'answer'>> }) {}

  /** The signal of one piece of work; aborted already when the notice has been given. */
  signalOf(key: object, notice: Notice): AbortSignal {
    const line = this.#lineTo(key, notice);
    line.isHeard = true;
    if (this.#given.has(notice)) line.controller.abort(this.#given.get(notice));
    return line.controller.signal;
  }

  /** Whether work has asked for a signal, and so will end by itself. */
  isHeardBy(key: object, notice: Notice): boolean {
    return this.#lines.get(key)?.[notice]?.isHeard ?? false;
  }

  /** Tells one piece of work, also when it asks later. */
  tell(key: object, notice: Notice, reason: unknown): void {
    this.#lineTo(key, notice).controller.abort(reason);
  }

  /** Tells everything in flight, requests that are not waited for, and handlers that ask from now on. */
  give(notice: Notice, reason: unknown): void {
    this.#given.set(notice, reason);
    for (const { answer } of this.sources.all()) {
      if (answer !== undefined) this.#lines.get(answer)?.[notice]?.controller.abort(reason);
    }
  }

  #lineTo(key: object, notice: Notice): Line {
    const lines = this.#lines.get(key) ?? {};
    this.#lines.set(key, lines);
    return (lines[notice] ??= { controller: createController(), isHeard: false });
  }
}

/** The handler of a request may listen in many places. */
function createController(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}

/** Lets `@ShutdownSignal()` find the notices of the application a client or a message belongs to. */
export function attachNotices(key: object, notices: Notices): void {
  Reflect.set(key, NOTICES, notices);
}

/** What was attached, if anything. */
export function attachedNotices(key: object): Notices | undefined {
  const notices: unknown = Reflect.get(key, NOTICES);
  // Of another copy of this package, perhaps; no other code knows the symbol.
  return typeof notices === 'object' && notices !== null ? (notices as Notices) : undefined;
}
