import { type Method, replaceMethod } from '../../patching/replace-method.js';
import { type Foreign } from '../foreign-instances.js';
import { type JobSources } from '../jobs/job-sources.js';
import { jobClassOf, queueNameOf } from './bullmq-parts.js';

const watched = new WeakMap<JobSources, WeakSet<object>>();

/**
 * Notices work of this process that waits for a job of a queue whose workers are here, by `job.waitUntilFinished()`: those workers
 * have to go on until it has ended.
 */
export function watchAwaitedJobs(queueOrWorker: Foreign, sources: JobSources): () => void {
  const prototype = jobClassOf(queueOrWorker);
  const classes = watched.get(sources) ?? new WeakSet();
  watched.set(sources, classes);
  if (prototype === undefined || classes.has(prototype)) return () => undefined;
  classes.add(prototype);
  return replaceMethod(prototype, 'waitUntilFinished', (original): Method => {
    return function waitUntilFinished(this: unknown, ...args: unknown[]) {
      const call = (): unknown => Reflect.apply(original, this, args);
      const queue = queueNameOf(this);
      const source = queue === undefined ? undefined : sources.find(queue);
      return source === undefined ? call() : source.until(source.await(), call);
    };
  });
}
