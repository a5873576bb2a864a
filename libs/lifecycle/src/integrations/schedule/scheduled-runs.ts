import { firstItems, firstNames } from '../../events/line-limits.js';
import { FollowedCalls } from '../followed-calls.js';
import { type IntegrationParts } from '../integration.js';

/** What can be stopped of a schedule. */
export interface Stoppable {
  /** Its name, where it has one run left, which it will not come to. */
  readonly pending?: string | undefined;
  stop(): void;
}

/** The runs of scheduled jobs. Once the service leaves, no job begins another one. */
export class ScheduledRuns extends FollowedCalls {
  #isStopped = false;

  /** @param jobs every job that there is when the service leaves */
  constructor(
    private readonly parts: IntegrationParts,
    private readonly jobs: () => Iterable<Stoppable>,
  ) {
    super('scheduled jobs', 'schedule', parts.clock, parts.inFlight);
  }

  /** A job that comes when the service has left is stopped at once. */
  added(job: Stoppable): void {
    if (this.#isStopped) job.stop();
  }

  stopIntake(): void {
    this.#isStopped = true;
    const pending: string[] = [];
    for (const job of this.jobs()) {
      if (job.pending !== undefined) pending.push(job.pending);
      job.stop();
    }
    if (pending.length === 0) return;
    const names = firstNames(pending, (name) => name).join(', ');
    this.parts.log.debug(`timeouts that were still to come do not run: ${names}`, { timeouts: firstItems(pending) });
  }
}
