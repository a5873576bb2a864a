import { type Deadline } from '../deadline/deadline.js';
import { type ClosingOptions } from '../resources/resources.js';
import { type SequenceParts } from './sequence-parts.js';

/** Closes what the code of the application has left open, once. Its options are asked for when it does. */
export class ResourceStage {
  #closing: Promise<void> | undefined;

  constructor(
    private readonly parts: Pick<SequenceParts, 'resources' | 'phases' | 'sources'>,
    private readonly options: ClosingOptions,
  ) {}

  /**
   * All hooks have run: ends work that the drain did not wait for, now that they had time to end it, and closes what the code of the
   * application has left open, within what is left of the budget.
   */
  async endRemaining(end: Deadline, isOver: () => boolean): Promise<void> {
    await this.parts.sources.dispose(end);
    if (!isOver()) await this.#close(end);
  }

  /**
   * A hook of Nest hangs, and the process is about to end with it: child processes would go on without it, and telemetry would not be sent. So
   * what is open is closed beside the hook.
   */
  async closeBesideNest(end: Deadline): Promise<void> {
    const { phases, resources } = this.parts;
    if (!this.options.endsProcess || phases.current !== 'closing') return;
    await this.#close(end.before(end.remainingMs / 2));
    await resources.closeTelemetry(end, this.options);
  }

  #close(deadline: Deadline): Promise<void> {
    return (this.#closing ??= this.parts.resources.close(deadline, this.options));
  }
}
