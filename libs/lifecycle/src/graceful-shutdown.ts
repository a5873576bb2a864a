import { type Server } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { type Observable } from 'rxjs';
import { sharedByCopies } from './copies/shared-class.js';
import { ServiceLife, type TrackedServer } from './engine/service-life.js';
import { type TimedEvent } from './events/lifecycle-event.js';
import { observableOf } from './events/observable-events.js';
import { type Phase } from './phase/phase.js';
import { Wiring } from './wiring.js';

/** The service's life: to read it, to wait for it, to end it. Injectable everywhere. */
@sharedByCopies('GracefulShutdown', ModulesContainer)
@Injectable()
export class GracefulShutdown extends ServiceLife {
  readonly #wiring: Wiring;

  constructor(@Inject(Wiring) wiring: Wiring) {
    super(wiring);
    this.#wiring = wiring;
  }

  /** The current phase, then every later one; completes after `stopped`. */
  get phase$(): Observable<Phase> {
    return this.#wiring.phase$;
  }

  /**
   * Every fact as it happens, from the subscription on: phases, hooks, sources of work, what is refused and interrupted, errors.
   * In order, with monotonic and wall time; completes after `shutdown-ended`. What a subscriber throws is logged.
   */
  get events$(): Observable<TimedEvent> {
    const { events, log } = this.#wiring;
    return observableOf(events, log.failed);
  }

  /**
   * Aborted shortly before the time of what is in flight is up: a tenth of the drain before, a second at most. For handlers that
   * get no signal of their own, such as those of jobs, messages and schedules.
   */
  get signal(): AbortSignal {
    return this.#wiring.own.tasks.signal;
  }

  /**
   * Serves, drains and closes a server that Nest does not know, like Nest's own: the HTTPS server beside the HTTP one,
   * or one of another framework. HTTP, HTTPS or HTTP/2; before or after it listens. Without effect with `enabled: false`.
   *
   * @returns its undo, also `using tracked = …`
   */
  trackServer(server: Server): TrackedServer {
    return this.#wiring.servers.track(server);
  }
}
