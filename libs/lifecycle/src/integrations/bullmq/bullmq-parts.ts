import 'reflect-metadata';
import { isObject } from '../../errors/foreign-value.js';
import { type Foreign, instanceWith } from '../foreign-instances.js';
import { type InstanceWrapper } from '../integration.js';

/**
 * What workers of BullMQ 3 to 6 call to ask for a job, when one has arrived, to work on it, and to call its processor. All of it
 * is private.
 */
export const STEPS = ['moveToActive', 'nextJobFromJobData', 'processJob', 'callProcessJob'] as const;

const WORKER = ['pause', 'resume', 'close', 'isPaused', 'isRunning', ...STEPS];

/** A worker of BullMQ. */
export type Worker = Foreign & { readonly name: string };

/** A job of BullMQ, while it is active. */
export type Job = Foreign & { readonly name: string };

export function isWorker(value: unknown): value is Worker {
  if (!isObject(value) || typeof value['name'] !== 'string') return false;
  return WORKER.every((name) => typeof value[name] === 'function');
}

export function isJob(value: unknown): value is Job {
  return isObject(value) && typeof value['name'] === 'string' && typeof value['moveToCompleted'] === 'function';
}

/** The metadata of `@Processor()`, as in @nestjs/bullmq 10 to 12. */
const PROCESSOR = 'bullmq:processor_metadata';

/** The name of a class with `@Processor()`. */
export function processorOf(provider: InstanceWrapper): string | undefined {
  const type = classOf(provider);
  return type !== undefined && Reflect.hasMetadata(PROCESSOR, type) ? type.name : undefined;
}

/** The class of a provider, also of one that a factory makes. */
function classOf({ isAlias, inject, instance, metatype }: InstanceWrapper): { readonly name: string } | undefined {
  if (isAlias) return undefined;
  const isMade = (inject !== undefined && inject !== null) || metatype === null || metatype === undefined;
  if (!isMade) return typeof metatype === 'function' ? metatype : undefined;
  const made: unknown = instance;
  if (!isObject(made)) return undefined;
  const type: unknown = made['constructor'];
  return typeof type === 'function' ? type : undefined;
}

/** Workers that a provider is, or keeps in its fields: the worker of a `WorkerHost` is one once the module has started it. */
export function workersIn({ isAlias, instance }: InstanceWrapper): Worker[] {
  const holder: unknown = instance;
  if (isAlias || !isObject(holder)) return [];
  if (isWorker(holder)) return [holder];
  return fieldsOf(holder).filter(isWorker);
}

/** What is in the fields of an object, and in lists there. Getters are not called. */
function fieldsOf(holder: object): unknown[] {
  return Object.values(Object.getOwnPropertyDescriptors(holder)).flatMap(({ value }): unknown[] =>
    Array.isArray(value) ? value : [value],
  );
}

/** A queue for which `registerQueue()` has started workers, which it keeps to itself. */
export function queueWithProcessors(provider: InstanceWrapper): { name: string; processors: number } | undefined {
  const queue = queueOf(provider);
  const options: unknown = queue?.['opts'];
  const processors: unknown = isObject(options) ? options['processors'] : undefined;
  const name: unknown = queue?.['name'];
  if (!Array.isArray(processors) || processors.length === 0 || typeof name !== 'string') return undefined;
  return { name, processors: processors.length };
}

/** The class of workers that `@nestjs/bullmq` uses, from its explorer. */
export function workerClassOf({ isAlias, metatype }: InstanceWrapper): object | undefined {
  const found: unknown = isAlias || typeof metatype !== 'function' ? undefined : Reflect.get(metatype, '_workerClass');
  const prototype: unknown = typeof found === 'function' ? found.prototype : undefined;
  return isObject(prototype) && STEPS.every((name) => typeof prototype[name] === 'function') ? prototype : undefined;
}

/** A queue, by its methods. */
export function queueOf(provider: InstanceWrapper): Foreign | undefined {
  return instanceWith(provider, ['add', 'addBulk', 'getJob', 'close']);
}

/** The class of the jobs of a queue or a worker: `Job` of its base class. */
export function jobClassOf(queueOrWorker: Foreign): object | undefined {
  const found: unknown = queueOrWorker['Job'];
  const prototype: unknown = typeof found === 'function' ? found.prototype : undefined;
  return isObject(prototype) && typeof prototype['waitUntilFinished'] === 'function' ? prototype : undefined;
}

/** The name of the queue of a job. */
export function queueNameOf(job: unknown): string | undefined {
  if (!isObject(job)) return undefined;
  const queue: unknown = job['queue'];
  const name: unknown = isObject(queue) ? queue['name'] : job['queueName'];
  return typeof name === 'string' ? name : undefined;
}
