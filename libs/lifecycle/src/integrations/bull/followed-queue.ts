import { type Clock } from '../../deadline/clock.js';
import { type InFlightItem } from '../../in-flight/work.js';
import { callMethod } from '../foreign-instances.js';
import { type JobConsumer } from '../jobs/job-consumer.js';
import { Fetches } from '../jobs/fetches.js';
import { type JobSource } from '../jobs/job-source.js';
import { allowAnotherAttempt, type BullJob, type BullQueue, isJob, nameOf, takesJobs } from './bull-parts.js';

interface QueueParts {
  readonly clock: Clock;
  /** A job failed when its time was up, and runs again. */
  readonly onGivenBack: (item: InFlightItem) => void;
  readonly onFailed: (what: string, error: unknown) => void;
}

/** A job that is active here. */
interface Taken {
  /** Monotonic milliseconds. */
  readonly since: number;
  readonly end: () => void;
}

/** A queue of Bull that takes jobs. They are counted from the moment that they are active here until Redis knows how they have ended. */
export class FollowedQueue implements JobConsumer {
  /** Taken, and not begun. */
  readonly #taken = new Map<BullJob, Taken>();
  readonly #running = new Map<BullJob, Taken>();
  /** Ends of jobs that were active before the queue was found, and are known by nothing but that. */
  readonly #earlier: (() => void)[] = [];
  readonly #fetches = new Fetches();
  /** Half a second at most: it asks its connection to end first. */
  #paused: Promise<unknown> = Promise.resolve();
  #isStopped = false;
  #isInterrupted = false;
  #isCut = false;

  constructor(
    private readonly queue: BullQueue,
    private readonly source: JobSource,
    private readonly parts: QueueParts,
    /** How many jobs are active already. */
    active: number,
  ) {
    for (let count = 0; count < active; count += 1) this.#earlier.push(source.beginJob('', undefined));
  }

  /** It asks Redis for a job. */
  take(original: () => unknown): Promise<unknown> {
    return this.#fetches.run(original);
  }

  /** Redis has answered: with a job, or nothing. */
  async arrive(original: () => unknown): Promise<unknown> {
    const answer = await original();
    // One without processors hands its jobs to the application, which says how they end.
    if (isJob(answer) && takesJobs(this.queue)) this.#taken.set(answer, this.#begin(answer));
    return answer;
  }

  /** It works on a job, and asks for the next one in the same step. A paused queue would keep that one until it is closed. */
  async process(job: unknown, original: () => unknown): Promise<unknown> {
    if (!isJob(job) || this.#running.has(job)) return await original();
    const taken = this.#taken.get(job) ?? this.#begin(job);
    this.#taken.delete(job);
    this.#running.set(job, taken);
    try {
      const next = await original();
      this.#tellOfFailed(job, taken);
      const mayWait = !this.#isStopped || !isJob(next);
      return mayWait ? next : await callMethod(this.queue, 'processJob', next, true);
    } finally {
      this.#running.delete(job);
      taken.end();
    }
  }

  stop(): void {
    this.#isStopped = true;
    this.#fetches.stop(this.source);
    // Only here, and without waiting for jobs that run.
    this.#paused = Promise.resolve(callMethod(this.queue, 'pause', true, true)).catch((error: unknown) =>
      this.parts.onFailed('pause(true, true) of a Bull queue', error),
    );
  }

  /** A job has ended. The first ones may have been on their way when the queue was found, and then they were not begun here. */
  ended(job: unknown): void {
    if (!isJob(job) || this.#running.has(job)) return;
    const taken = this.#taken.get(job);
    this.#taken.delete(job);
    const end = taken?.end ?? this.#earlier.pop();
    end?.();
  }

  /** Bull has no signal for its jobs. One that fails now is to run again, although its attempts may be used up. */
  interrupt(): void {
    this.#isInterrupted = true;
    for (const job of this.#running.keys()) allowAnotherAttempt(job);
  }

  async terminate(): Promise<void> {
    this.#isCut = this.#running.size + this.#taken.size + this.#earlier.length > 0;
  }

  /** Only that it is paused: to close it before that has ended would connect it twice. Nest closes it. */
  async close(): Promise<void> {
    await this.#paused;
  }

  /** Its locks are renewed no more, so that other workers take what was cut. Hooks may have added jobs until now. */
  async afterHooks(): Promise<void> {
    if (this.#isCut) await callMethod(this.queue, 'close', true);
  }

  #begin(job: BullJob): Taken {
    return { since: this.parts.clock.now(), end: this.source.beginJob(nameOf(job), idOf(job)) };
  }

  #tellOfFailed(job: BullJob, { since }: Taken): void {
    if (!this.#isInterrupted || this.#isCut || typeof job['failedReason'] !== 'string') return;
    const name = this.source.nameOf(nameOf(job), idOf(job));
    this.parts.onGivenBack({ kind: 'job', ...name, ageMs: Math.round(this.parts.clock.now() - since) });
  }
}

function idOf(job: BullJob): string | undefined {
  const { id } = job;
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
}
