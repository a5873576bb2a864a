import { type Clock } from '../../deadline/clock.js';
import { Deadline } from '../../deadline/deadline.js';
import { type InFlightItem } from '../../in-flight/work.js';
import { isObject } from '../../errors/foreign-value.js';
import { callMethod } from '../foreign-instances.js';
import { type JobConsumer } from '../jobs/job-consumer.js';
import { Fetches } from '../jobs/fetches.js';
import { type JobSource } from '../jobs/job-source.js';
import { isJob, type Job, type Worker } from './bullmq-parts.js';

/** How long jobs that are cut have to go back to their queue. */
const GIVE_BACK_MS = 300;

/** A job that has been taken, by its token in the lock. */
interface Taken {
  readonly token: unknown;
  /** Monotonic milliseconds. */
  readonly since: number;
  readonly end: () => void;
}

interface WorkerParts {
  /** A job was not finished, and is back in its queue. */
  readonly onGivenBack: (item: InFlightItem) => void;
  readonly clock: Clock;
  /** What is private in the worker has failed. */
  readonly onFailed: (what: string, error: unknown) => void;
}

/**
 * A worker of BullMQ. Its jobs are counted from the moment that they are active here until Redis knows how they have ended.
 *
 * A paused worker of BullMQ 3 to 5.4 forgets jobs that it has taken and not begun: they are found as stalled half a minute
 * later. So those go back to the queue at once.
 */
export class FollowedWorker implements JobConsumer {
  /** Taken, and not begun. */
  readonly #taken = new Map<Job, Taken>();
  readonly #running = new Map<Job, Taken>();
  /** Back in the queue: not begun here any more. */
  readonly #givenBack = new WeakSet<Job>();
  readonly #fetches = new Fetches();
  #isStopped = false;
  #isInterrupted = false;
  #isCut = false;

  constructor(
    private readonly worker: Worker,
    private readonly source: JobSource,
    private readonly parts: WorkerParts,
  ) {}

  /** It asks Redis for a job. */
  take(original: () => unknown): Promise<unknown> {
    return this.#fetches.run(original);
  }

  /** Redis has answered: with a job, or nothing. The worker does not get a job that goes back to the queue. */
  async arrive(original: () => unknown): Promise<unknown> {
    const answer = await original();
    if (!isJob(answer)) return answer;
    const taken = this.#begin(answer, answer['token']);
    if (!this.#isStopped || !(await this.#giveBack(answer, taken.token))) {
      this.#taken.set(answer, taken);
      return answer;
    }
    taken.end();
    return undefined;
  }

  /** It works on a job, and asks for the next one in the same step. */
  async process(job: unknown, token: unknown, original: () => unknown): Promise<unknown> {
    if (!isJob(job) || this.#running.has(job)) return await original();
    if (this.#givenBack.has(job)) return undefined;
    const taken = this.#taken.get(job) ?? this.#begin(job, token);
    this.#taken.delete(job);
    this.#running.set(job, taken);
    try {
      return await original();
    } finally {
      this.#running.delete(job);
      taken.end();
    }
  }

  /** It calls the processor. A job that could not end in the time left goes back, and has not failed. */
  async callProcessor(job: unknown, token: unknown, original: () => unknown): Promise<unknown> {
    try {
      return await original();
    } catch (error) {
      if (!this.#isInterrupted || !isJob(job) || isFinal(error)) throw error;
      if (!this.#givenBack.has(job) && !(await this.#giveBack(job, token))) throw error;
      if (!this.#isCut) this.parts.onGivenBack(this.#itemOf(job));
      throw backInQueue();
    }
  }

  stop(): void {
    this.#isStopped = true;
    this.#fetches.stop(this.source);
    for (const [job, { token, end }] of [...this.#taken]) void this.#return(job, token).then(end);
    // Returns at once: its promise would last until every job has ended.
    this.#try('pause(true) of a BullMQ worker', () => callMethod(this.worker, 'pause', true));
    this.#try('the blocking connection of a BullMQ worker', () => disconnectBlocking(this.worker));
  }

  interrupt(reason: Error): void {
    this.#isInterrupted = true;
    // Newer versions have it. The reason is a text, because it may go to another process.
    if (typeof this.worker['cancelAllJobs'] === 'function') callMethod(this.worker, 'cancelAllJobs', reason.message);
  }

  async terminate(): Promise<void> {
    this.#isCut = true;
    const cut = [...this.#running].filter(([job]) => !this.#givenBack.has(job));
    const { clock } = this.parts;
    // A server that cannot be reached keeps nothing from closing.
    const deadline = new Deadline(clock, clock.now() + GIVE_BACK_MS);
    await deadline.settle(Promise.all(cut.map(([job, { token }]) => this.#giveBack(job, token))));
    // Locks are renewed no more, and processes of sandboxed processors end.
    if (cut.length > 0) await callMethod(this.worker, 'close', true);
  }

  async close(): Promise<void> {
    await callMethod(this.worker, 'close');
  }

  #begin(job: Job, token: unknown): Taken {
    return { token, since: this.parts.clock.now(), end: this.source.beginJob(job.name, idOf(job)) };
  }

  #itemOf(job: Job): InFlightItem {
    const { since = this.parts.clock.now() } = this.#running.get(job) ?? {};
    return {
      kind: 'job',
      ...this.source.nameOf(job.name, idOf(job)),
      ageMs: Math.round(this.parts.clock.now() - since),
    };
  }

  async #return(job: Job, token: unknown): Promise<void> {
    if (await this.#giveBack(job, token)) this.#taken.delete(job);
  }

  /** Puts a job that is active here back into its queue, so that another worker takes it now. */
  async #giveBack(job: Job, token: unknown): Promise<boolean> {
    this.#givenBack.add(job);
    try {
      // Older versions have only the delay, of nothing.
      const answer: unknown = await (typeof job['moveToWait'] === 'function'
        ? callMethod(job, 'moveToWait', token)
        : callMethod(job, 'moveToDelayed', Date.now(), token));
      // The scripts answer with a negative number where the lock is not ours any more: the job is elsewhere already.
      return typeof answer !== 'number' || answer >= 0 || this.#isCut;
    } catch (error) {
      this.#givenBack.delete(job);
      this.parts.onFailed('giving a job back to its queue', error);
      return false;
    }
  }

  #try(what: string, step: () => unknown): void {
    const failed = (error: unknown): void => this.parts.onFailed(what, error);
    try {
      Promise.resolve(step()).catch(failed);
    } catch (error) {
      failed(error);
    }
  }
}

/** Ends the wait for a job, which would take the next one that comes: BullMQ 6 has it in its backend, older ones in the worker. */
function disconnectBlocking(worker: Worker): unknown {
  if (worker['waiting'] === null || worker['waiting'] === undefined) return undefined;
  const { backend, blockingConnection } = worker;
  if (isObject(backend)) return callMethod(backend, 'disconnectBlocking', true);
  return isObject(blockingConnection) ? callMethod(blockingConnection, 'disconnect', true) : undefined;
}

function idOf(job: Job): string | undefined {
  return typeof job['id'] === 'string' ? job['id'] : undefined;
}

/** An error after which the job is not to run again. */
function isFinal(error: unknown): boolean {
  return isObject(error) && error['name'] === 'UnrecoverableError';
}

/** What BullMQ takes for a job that has been moved elsewhere, by its name or, in 5.0, by its message. */
function backInQueue(): Error {
  return Object.assign(new Error('DelayedError'), { name: 'DelayedError' });
}
