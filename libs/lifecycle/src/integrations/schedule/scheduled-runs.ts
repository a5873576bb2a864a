import { FollowedCalls } from '../followed-calls.js';
import { type IntegrationParts } from '../integration.js';

/** What can be stopped of a schedule. */
export interface Stoppable {
  stop(): void;
}

/** The runs of scheduled jobs. Once the service leaves, no job begins another one. */
export class ScheduledRuns extends FollowedCalls {
  #isStopped = false;

  /** @param jobs every job that there is when the service leaves */
  constructor(
    { clock, inFlight }: IntegrationParts,
    private readonly jobs: () => Iterable<Stoppable>,
  ) {
    super('scheduled jobs', 'schedule', clock, inFlight);
  }

  /** A job that comes when the service has left is stopped at once. */
  added(job: Stoppable): void {
    if (this.#isStopped) job.stop();
  }

  stopIntake(): void {
    this.#isStopped = true;
    for (const job of this.jobs()) job.stop();
  }
}
