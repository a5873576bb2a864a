import { type Guard } from '../errors/foreign-call.js';
import { type EventStream } from '../events/event-stream.js';
import { type Resource } from './resource.js';

interface RefusingParts {
  readonly guard: Guard;
  readonly events: EventStream;
  readonly resources: { readonly found: readonly Resource[]; readonly registered: ReadonlySet<Resource> };
}

/**
 * Lets circuit breakers fail new calls at once when the time of what is in flight is up: what is interrupted is to answer, and not to begin what
 * would be cut. Until then requests in the drain may call. Hooks may again: the breakers that were opened here are closed before them.
 */
export class RefusedCalls {
  readonly #undo = new Map<string, () => void>();

  constructor(private readonly parts: RefusingParts) {
    parts.events.read((event) => {
      if (event.type === 'phase-changed' && event.phase === 'closing') this.#end();
    });
  }

  /** The time of what is in flight is up. */
  begin(): void {
    const { guard, events, resources } = this.parts;
    for (const { name, closable } of [...resources.found, ...resources.registered]) {
      const undo = guard(`opening ${name}`, undefined, () => closable.refuse());
      if (undo !== undefined) this.#undo.set(name, undo);
    }
    if (this.#undo.size > 0) events.emit({ type: 'breakers-opened', names: [...this.#undo.keys()] });
  }

  #end(): void {
    for (const [name, undo] of this.#undo) this.parts.guard(`closing ${name} for hooks`, undefined, undo);
    this.#undo.clear();
  }
}
