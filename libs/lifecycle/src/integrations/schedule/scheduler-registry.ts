import { type Guard } from '../../errors/foreign-call.js';
import { replaceMethod } from '../../patching/replace-method.js';
import { callMethod, type Foreign } from '../foreign-instances.js';

export type JobKind = 'cron job' | 'interval' | 'timeout';

/** One job of a registry: a job of the package `cron`, or what `setInterval()` or `setTimeout()` has returned. */
export interface RegisteredJob {
  readonly kind: JobKind;
  readonly name: string;
  readonly job: unknown;
}

const KINDS = { CronJob: 'cron job', Interval: 'interval', Timeout: 'timeout' } as const;

/** Everything that is in a `SchedulerRegistry`. */
export function registeredJobs(registry: Foreign, guard: Guard): RegisteredJob[] {
  return Object.entries(KINDS).flatMap(([suffix, kind]) =>
    guard(`reading the ${kind}s of a SchedulerRegistry`, [], () =>
      namesOf(callMethod(registry, `get${suffix}s`)).map((name) => ({
        kind,
        name: String(name),
        job: callMethod(registry, `get${suffix}`, name),
      })),
    ),
  );
}

/** Calls `onAdded` for every job that is added from now on, once it has been. Returns its undo. */
export function watchRegistry(registry: Foreign, onAdded: (job: RegisteredJob) => void): () => void {
  const undo = Object.entries(KINDS).map(([suffix, kind]) =>
    replaceMethod(registry, `add${suffix}`, (original) => {
      return function (this: unknown, ...args: unknown[]): unknown {
        const answer: unknown = Reflect.apply(original, this, args);
        onAdded({ kind, name: String(args[0]), job: args[1] });
        return answer;
      };
    }),
  );
  return () => {
    for (const restore of undo) restore();
  };
}

/** Cron jobs come as a map, the others as a list of their names. */
function namesOf(all: unknown): unknown[] {
  if (all instanceof Map) return [...all.keys()];
  return Array.isArray(all) ? all : [];
}
