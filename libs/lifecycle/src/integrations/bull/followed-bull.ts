import { firstOfEach } from '../../errors/foreign-call.js';
import { describeError } from '../../errors/lifecycle-error.js';
import { type InFlightItem } from '../../in-flight/work.js';
import { type Method, replaceMethod } from '../../patching/replace-method.js';
import { callMethod } from '../foreign-instances.js';
import { type FollowedPackage, type InstanceWrapper, type IntegrationParts } from '../integration.js';
import { JobSources } from '../jobs/job-sources.js';
import { activeJobs, type BullQueue, queueOf, takesJobs } from './bull-parts.js';
import { FollowedQueue } from './followed-queue.js';

/** What is done in place of a step of a queue, which `call` takes. */
type FollowedStep = (followed: FollowedQueue, call: () => unknown, args: readonly unknown[]) => unknown;

export function followBull(parts: IntegrationParts): FollowedPackage {
  return new FollowedBull(parts);
}

/** The queues of Bull in an application: its workers are the queues themselves. */
class FollowedBull implements FollowedPackage {
  readonly #sources: JobSources;
  readonly #queues = new Map<BullQueue, FollowedQueue | undefined>();
  readonly #undo: (() => void)[] = [];
  readonly #tell: (what: string, error: unknown) => void;

  constructor(private readonly parts: IntegrationParts) {
    this.#sources = new JobSources('bull', parts);
    this.#tell = firstOfEach((what, error) => parts.log.warn(`${what} failed: ${describeError(error)}`));
  }

  found(providers: readonly InstanceWrapper[]): void {
    for (const provider of providers) {
      const queue = this.parts.guard('looking for queues of Bull', undefined, () => queueOf(provider));
      if (queue !== undefined) this.#follow(queue);
    }
    this.#look();
  }

  initialised(): void {
    this.#look();
  }

  bootstrapped(): void {
    this.#look();
  }

  undo(): void {
    for (const undo of this.#undo.splice(0)) undo();
  }

  /** Those that take jobs by now are sources. */
  #look(): void {
    for (const queue of this.#queues.keys()) if (takesJobs(queue)) this.#consumerOf(queue);
  }

  #follow(queue: BullQueue): void {
    if (this.#queues.has(queue)) return;
    this.#queues.set(queue, undefined);
    const follow = (step: string, by: FollowedStep): void => {
      this.#undo.push(replaceMethod(queue, step, (original) => this.#followStep(queue, original, by)));
    };
    follow('moveToActive', (followed, call) => followed.take(call));
    follow('nextJobFromJobData', (followed, call) => followed.arrive(call));
    follow('processJob', (followed, call, args) => followed.process(args[0], call));
    const ended = (job: unknown): void => this.#queues.get(queue)?.ended(job);
    for (const event of ['completed', 'failed']) {
      callMethod(queue, 'on', event, ended);
      this.#undo.push(() => void callMethod(queue, 'off', event, ended));
    }
  }

  #followStep(queue: BullQueue, original: Method, by: FollowedStep): Method {
    const consumer = (): FollowedQueue | undefined => (takesJobs(queue) ? this.#consumerOf(queue) : undefined);
    return function followedStep(this: unknown, ...args: unknown[]) {
      // Bull hands its bound `processJob` over as it is.
      const call = (): unknown => Reflect.apply(original, queue, args);
      const followed = consumer();
      return followed === undefined ? call() : by(followed, call, args);
    };
  }

  #consumerOf(queue: BullQueue): FollowedQueue {
    const known = this.#queues.get(queue);
    if (known !== undefined) return known;
    const source = this.#sources.of(queue.name);
    const parts = {
      clock: this.parts.clock,
      onGivenBack: (item: InFlightItem) => this.parts.events.emit({ type: 'work-interrupted', items: [item] }),
      onFailed: this.#tell,
    };
    const followed = new FollowedQueue(queue, source, parts, activeJobs(queue));
    this.#queues.set(queue, followed);
    source.add(followed);
    return followed;
  }
}
