import { type Clock } from '../deadline/clock.js';
import { type EventLog } from '../events/event-log.js';
import { type EventStream } from '../events/event-stream.js';
import { type Guard } from '../errors/foreign-call.js';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { nameText } from '../errors/safe-text.js';
import { AddedSource } from './added-source.js';
import { checkIntake, type IntakeOptions } from './intake-options.js';
import { IntakeSource } from './intake-source.js';
import { type WorkSource } from '../in-flight/work-source.js';
import { type WorkSources } from '../in-flight/work-sources.js';

/** Undoes `addSource`; also at the end of a block, with `using` or `await using`. */
export interface SourceHandle extends Disposable, AsyncDisposable {
  (): void;
  /**
   * Tells that fewer pieces of work are in flight than before, so that a drain that waits for the last of them goes on at
   * once. Without it the drain looks ten times a second.
   */
  changed(): void;
}

/** What is known to be out of sight, such as the work of a source that cannot say what it has. */
interface UnseenSources {
  add(unseen: { readonly kind: 'sources'; readonly what: string; readonly remedy: string }): void;
}

interface AddedSourcesParts {
  readonly clock: Clock;
  readonly guard: Guard;
  readonly log: Pick<EventLog, 'failed'>;
  readonly events: EventStream;
  readonly sources: WorkSources;
  readonly unseen: UnseenSources;
}

/** The sources of work that the application, or a package that it uses, adds by itself. */
export class AddedSources {
  /** Whether one has ever been added. */
  isUsed = false;

  constructor(private readonly parts: AddedSourcesParts) {}

  /**
   * @throws LifecycleError when it has no name, or there is a source of that name
   */
  add(source: WorkSource): SourceHandle {
    const { sources, unseen, events, log } = this.parts;
    const name = this.#nameOf(source);
    this.isUsed = true;
    const added = new AddedSource(name, source, {
      ...this.parts,
      onUnreadable: log.failed,
      onFailed: (origin, error) => events.emit({ type: 'error-uncaught', origin, error }),
      onUnseen: (what) => unseen.add({ kind: 'sources', what, remedy: `Make the source '${name}' count it.` }),
      settled: sources.inFlight.settled,
    });
    sources.add(added);
    const undo = (): void => {
      added.forget();
      sources.remove(added);
    };
    return Object.assign(() => undo(), {
      changed: () => added.look(),
      [Symbol.dispose]: undo,
      [Symbol.asyncDispose]: async () => undo(),
    });
  }

  /**
   * @throws LifecycleError when it has no name, there is a source of that name, or the options cannot be used
   */
  intake(name: string, options: IntakeOptions): SourceHandle {
    checkIntake(name, options);
    const { clock, events, log } = this.parts;
    const origin = `stop() of the intake '${nameText(name)}'`;
    const onFailed = (error: unknown): void => events.emit({ type: 'error-uncaught', origin, error });
    const parts = { clock, onFailed, onUnreadable: log.failed, onChanged: () => handle.changed() };
    const handle = this.add(new IntakeSource(name, options, parts));
    return handle;
  }

  #nameOf(source: WorkSource): string {
    const given: unknown = this.parts.guard('reading the name of a source of work', undefined, () => source.name);
    const name = typeof given === 'string' ? nameText(given).trim() : '';
    if (name === '') {
      throw new LifecycleError(
        'INVALID_SOURCE',
        "A source of work was added without a name. Type name = 'orders consumer'.",
      );
    }
    if (this.parts.sources.has(name)) {
      throw new LifecycleError(
        'INVALID_SOURCE',
        `There already is a source of work called '${name}'. Give this one another name.`,
      );
    }
    return name;
  }
}
