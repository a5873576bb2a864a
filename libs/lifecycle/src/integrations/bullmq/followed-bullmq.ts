import { firstOfEach } from '../../errors/foreign-call.js';
import { describeError } from '../../errors/lifecycle-error.js';
import { type Method, replaceMethod } from '../../patching/replace-method.js';
import { type FollowedPackage, type InstanceWrapper, type IntegrationParts } from '../integration.js';
import { JobSources } from '../jobs/job-sources.js';
import { type Unseen } from '../../unseen/unseen-work.js';
import {
  isWorker,
  processorOf,
  queueOf,
  queueWithProcessors,
  STEPS,
  type Worker,
  workerClassOf,
  workersIn,
} from './bullmq-parts.js';
import { FollowedWorker } from './followed-worker.js';
import { watchAwaitedJobs } from './awaited-jobs.js';

/** What is done in place of a step of a worker, which `call` takes. */
type FollowedStep = (followed: FollowedWorker, call: () => unknown, args: readonly unknown[]) => unknown;

/** Applications of this process that follow BullMQ. */
const live = new Set<FollowedBullmq>();

export function followBullmq(parts: IntegrationParts): FollowedPackage {
  return new FollowedBullmq(parts);
}

/**
 * Workers of BullMQ, by what their class calls: also those that `registerQueue()` keeps to itself, and those that are made
 * later.
 */
class FollowedBullmq implements FollowedPackage {
  readonly #sources: JobSources;
  readonly #providers: InstanceWrapper[] = [];
  readonly #workers = new Map<Worker, FollowedWorker>();
  readonly #classes = new Set<object>();
  readonly #undo: (() => void)[] = [];
  /** Queues whose workers are out of sight, and how many they are. */
  readonly #hidden = new Map<string, number>();
  /** Classes with `@Processor()`. */
  readonly #processors = new Set<string>();

  constructor(private readonly parts: IntegrationParts) {
    this.#sources = new JobSources('bullmq', parts);
    this.#tell = firstOfEach((what, error) => parts.log.warn(`${what}: ${describeError(error)}`));
    live.add(this);
    parts.unseen.addRule(() => this.#unseen());
  }

  readonly #tell: (what: string, error: unknown) => void;

  found(providers: readonly InstanceWrapper[]): void {
    this.#providers.push(...providers);
    for (const provider of providers) {
      this.parts.guard('looking for workers of BullMQ', undefined, () => this.#lookAt(provider));
    }
    this.#adoptAll();
  }

  initialised(): void {
    this.#adoptAll();
  }

  bootstrapped(): void {
    this.#adoptAll();
  }

  undo(): void {
    live.delete(this);
    for (const undo of this.#undo.splice(0)) undo();
  }

  #lookAt(provider: InstanceWrapper): void {
    const prototype = workerClassOf(provider);
    if (prototype !== undefined) this.#followClass(prototype);
    const processor = processorOf(provider);
    if (processor !== undefined) this.#processors.add(processor);
    const queue = queueWithProcessors(provider);
    if (queue !== undefined) this.#hidden.set(queue.name, (this.#hidden.get(queue.name) ?? 0) + queue.processors);
    const producer = queueOf(provider);
    if (producer !== undefined) this.#undo.push(watchAwaitedJobs(producer, this.#sources));
  }

  /** Workers that are in providers now. */
  #adoptAll(): void {
    for (const provider of this.#providers) {
      const workers = this.parts.guard('looking for workers of BullMQ', [], () => workersIn(provider));
      for (const worker of workers) this.#adopt(worker);
    }
  }

  #adopt(worker: Worker): FollowedWorker {
    const known = this.#workers.get(worker);
    if (known !== undefined) return known;
    const source = this.#sources.of(worker.name);
    const followed = new FollowedWorker(worker, source, {
      clock: this.parts.clock,
      onGivenBack: (item) => this.parts.events.emit({ type: 'work-interrupted', items: [item] }),
      onFailed: (what, error) => this.#tell(`${what} failed`, error),
    });
    this.#workers.set(worker, followed);
    this.#followClass(Object.getPrototypeOf(worker));
    this.#undo.push(watchAwaitedJobs(worker, this.#sources));
    source.add(followed);
    return followed;
  }

  #followClass(prototype: unknown): void {
    if (typeof prototype !== 'object' || prototype === null || this.#classes.has(prototype)) return;
    this.#classes.add(prototype);
    const follow = (step: (typeof STEPS)[number], by: FollowedStep): void => {
      this.#undo.push(replaceMethod(prototype, step, (original) => this.#followStep(original, by)));
    };
    follow('moveToActive', (followed, call) => followed.take(call));
    follow('nextJobFromJobData', (followed, call) => followed.arrive(call));
    follow('processJob', (followed, call, args) => followed.process(args[0], args[1], call));
    follow('callProcessJob', (followed, call, args) => followed.callProcessor(args[0], args[1], call));
  }

  #followStep(original: Method, by: FollowedStep): Method {
    const find = (worker: unknown): FollowedWorker | undefined => this.#ownerOf(worker);
    return function followedStep(this: unknown, ...args: unknown[]) {
      const call = (): unknown => Reflect.apply(original, this, args);
      const followed = find(this);
      return followed === undefined ? call() : by(followed, call, args);
    };
  }

  /** Follows a worker of this application. Where there is only one in the process, all workers are of it. */
  #ownerOf(worker: unknown): FollowedWorker | undefined {
    if (!isWorker(worker)) return undefined;
    const known = this.#workers.get(worker);
    if (known !== undefined) return known;
    const isOurs =
      live.size === 1 ||
      this.#hidden.has(worker.name) ||
      this.#providers.some((provider) =>
        this.parts.guard('looking for workers of BullMQ', false, () => workersIn(provider).includes(worker)),
      );
    // One without a processor hands its jobs to the application, which says how they end.
    return isOurs && typeof worker['processFn'] === 'function' ? this.#adopt(worker) : undefined;
  }

  /** Workers of `registerQueue()` that have not asked for a job since they are followed, or processors without any worker. */
  #unseen(): Unseen | undefined {
    const hidden = [...this.#hidden].filter(([name, count]) => this.#found(name) < count).map(([name]) => name);
    if (hidden.length > 0) {
      return {
        kind: 'bullmq',
        what: `jobs of processors that registerQueue() was given (${hidden.join(', ')})`,
        remedy: 'Write them as a class with @Processor() that extends WorkerHost.',
      };
    }
    if (this.#processors.size === 0 || this.#workers.size > 0) return undefined;
    return {
      kind: 'bullmq',
      what: `BullMQ processors (${[...this.#processors].join(', ')}), whose workers were not found,`,
      remedy: "Type shutdown.track('what it does', work) in each, so that the drain waits for it.",
    };
  }

  #found(name: string): number {
    return [...this.#workers.keys()].filter((worker) => worker.name === name).length;
  }
}
