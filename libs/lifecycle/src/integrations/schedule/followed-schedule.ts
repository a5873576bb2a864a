import { classNameOf } from '../../errors/foreign-call.js';
import { isObject } from '../../errors/foreign-value.js';
import { type Method, replaceMethod } from '../../patching/replace-method.js';
import { type Foreign, instanceWith } from '../foreign-instances.js';
import { type FollowedPackage, type InstanceWrapper, type IntegrationParts } from '../integration.js';
import { CountedCallbacks } from './counted-callbacks.js';
import { FollowedCronJob } from './cron-job.js';
import { EXPLORER, REGISTRY } from './package-parts.js';
import { ScheduledRuns, type Stoppable } from './scheduled-runs.js';
import { type RegisteredJob, registeredJobs, watchRegistry } from './scheduler-registry.js';
import { FollowedTimer } from './timer.js';

/** A job whose runs are counted. */
interface FollowedJob extends Stoppable {
  /** Counts its runs from now on. Says whether they can be seen. May throw. */
  follow(): boolean;
}

/** Begins to follow the schedule of an application. */
export function followSchedule(parts: IntegrationParts): FollowedPackage {
  return new FollowedSchedule(parts);
}

class FollowedSchedule implements FollowedPackage {
  readonly #runs: ScheduledRuns;
  readonly #callbacks: CountedCallbacks;
  readonly #registries = new Set<Foreign>();
  readonly #explorers = new Set<Foreign>();
  readonly #undo: (() => void)[] = [];

  constructor(private readonly parts: IntegrationParts) {
    this.#runs = new ScheduledRuns(parts, () => this.#jobs());
    this.#callbacks = new CountedCallbacks(this.#runs);
    parts.sources.add(this.#runs);
  }

  found(providers: readonly InstanceWrapper[]): void {
    for (const provider of providers) {
      this.#once(this.#registries, provider, REGISTRY, (registry) => this.#followRegistry(registry));
      this.#once(this.#explorers, provider, EXPLORER, (explorer) => this.#nameMethods(explorer));
    }
  }

  undo(): void {
    for (const undo of this.#undo.splice(0)) undo();
  }

  #once(
    known: Set<Foreign>,
    provider: InstanceWrapper,
    methods: readonly string[],
    follow: (found: Foreign) => void,
  ): void {
    const found = this.parts.guard('looking for a schedule', undefined, () => instanceWith(provider, methods));
    if (found === undefined || known.has(found)) return;
    known.add(found);
    follow(found);
  }

  /** Decorated methods are in it, too. */
  #followRegistry(registry: Foreign): void {
    for (const job of registeredJobs(registry, this.parts.guard)) this.#follow(job);
    this.#undo.push(watchRegistry(registry, (job) => this.#follow(job)));
  }

  #follow(registered: RegisteredJob): void {
    const { kind, name } = registered;
    const followed = this.#followed(registered);
    if (!this.parts.guard(`following the ${kind} ${name}`, false, () => followed.follow())) {
      this.parts.unseen.add({
        kind: 'schedule',
        what: `runs of the ${kind} ${name} of the SchedulerRegistry`,
        remedy: `Type shutdown.track('${name}', work) in its callback.`,
      });
    }
    this.#runs.added(followed);
  }

  #followed({ kind, name, job }: RegisteredJob): FollowedJob {
    const parts = { runs: this.#runs, callbacks: this.#callbacks, guard: this.parts.guard };
    return kind === 'cron job' ? new FollowedCronJob(name, job, parts) : new FollowedTimer(name, job, parts.callbacks);
  }

  #jobs(): Stoppable[] {
    const jobs = [...this.#registries].flatMap((registry) => registeredJobs(registry, this.parts.guard));
    return jobs.map((job) => this.#followed(job));
  }

  /** Gives the runs of decorated methods their names: in the registry, most have none. */
  #nameMethods(explorer: Foreign): void {
    let looked: unknown;
    const named = (made: unknown, instance: unknown): unknown => {
      if (typeof made !== 'function' || !isObject(instance) || typeof looked !== 'string') return made;
      return this.#callbacks.count(`${classNameOf(instance)}.${looked}`, made as Method);
    };
    const looking = replaceMethod(explorer, 'lookupSchedulers', (original) => {
      return function (this: unknown, ...args: unknown[]): unknown {
        looked = args[1];
        return Reflect.apply(original, this, args);
      };
    });
    const making = replaceMethod(explorer, 'wrapFunctionInTryCatchBlocks', (original) => {
      return function (this: unknown, ...args: unknown[]): unknown {
        return named(Reflect.apply(original, this, args), args[1]);
      };
    });
    this.#undo.push(looking, making);
  }
}
