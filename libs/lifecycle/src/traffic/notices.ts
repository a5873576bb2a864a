import { setMaxListeners } from 'node:events';
import { type InFlightWork } from '../in-flight/in-flight-work.js';

/** What work in flight can be told: that the service is leaving, and that its time is nearly up. */
export type Notice = 'leaving' | 'time-up';

type Controllers = Partial<Record<Notice, AbortController>>;

const NOTICES = Symbol.for('nestjs-lifecycle.notices');

/**
 * Abort signals for work in flight. Each piece of work has its own, made when somebody asks for it: one shared by all
 * would keep the listeners of every request that ever was.
 */
export class Notices {
  /** By the object a piece of work goes by: its response, its client, its message. */
  readonly #controllers = new WeakMap<object, Controllers>();
  readonly #given = new Map<Notice, unknown>();

  constructor(private readonly inFlight: InFlightWork) {}

  /** The signal of one piece of work; aborted already when the notice has been given. */
  signalOf(key: object, notice: Notice): AbortSignal {
    const controllers = this.#controllers.get(key) ?? {};
    this.#controllers.set(key, controllers);
    const controller = (controllers[notice] ??= createController());
    if (this.#given.has(notice)) controller.abort(this.#given.get(notice));
    return controller.signal;
  }

  /** Whether work has asked for a signal, and so will end by itself. */
  isHeardBy(key: object, notice: Notice): boolean {
    return this.#controllers.get(key)?.[notice] !== undefined;
  }

  /** Tells one piece of work. */
  tell(key: object, notice: Notice, reason: unknown): void {
    this.#controllers.get(key)?.[notice]?.abort(reason);
  }

  /** Tells everything in flight, and whatever asks from now on. */
  give(notice: Notice, reason: unknown): void {
    this.#given.set(notice, reason);
    for (const { answer } of this.inFlight.active()) if (answer !== undefined) this.tell(answer, notice, reason);
  }
}

/** Whoever handles a request may listen in many places. */
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
  return notices instanceof Notices ? notices : undefined;
}
