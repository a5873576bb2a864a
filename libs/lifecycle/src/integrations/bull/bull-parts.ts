import { isObject } from '../../errors/foreign-value.js';
import { type Foreign, instanceWith } from '../foreign-instances.js';
import { type InstanceWrapper } from '../integration.js';

/** What a queue of Bull calls to ask for a job, when one has arrived, and to work on it. Private, but for the first. */
export const STEPS = ['moveToActive', 'nextJobFromJobData', 'processJob'] as const;

const QUEUE = ['process', 'pause', 'close', 'whenCurrentJobsFinished', ...STEPS];

/** A queue of Bull, which takes jobs too. */
export type BullQueue = Foreign & { readonly name: string };

/** A job of Bull. */
export type BullJob = Foreign & { readonly name: string };

export function queueOf(provider: InstanceWrapper): BullQueue | undefined {
  const queue = instanceWith(provider, QUEUE);
  return queue !== undefined && isNamed(queue) ? queue : undefined;
}

/** Whether it takes jobs, and is not only there to add some. */
export function takesJobs(queue: BullQueue): boolean {
  const handlers: unknown = queue['handlers'];
  return isObject(handlers) && Object.keys(handlers).length > 0;
}

/** How many jobs of a queue are active here: each has a timer that renews its lock. */
export function activeJobs(queue: BullQueue): number {
  const manager: unknown = queue['timers'];
  const timers: unknown = isObject(manager) ? manager['timers'] : undefined;
  if (!isObject(timers)) return 0;
  return Object.values(timers).filter((timer) => isObject(timer) && timer['name'] === 'lockExtender').length;
}

export function isJob(value: unknown): value is BullJob {
  return isObject(value) && isNamed(value) && typeof value['moveToCompleted'] === 'function';
}

/** What Bull calls a job that was added without a name. */
const DEFAULT_NAME = '__default__';

/** The name of a job; empty where it has none. */
export function nameOf({ name }: BullJob): string {
  return name === DEFAULT_NAME ? '' : name;
}

/** Lets a job that fails from now on run again, as one whose attempts are not used up. Only in this process. */
export function allowAnotherAttempt(job: BullJob): void {
  const { opts, attemptsMade } = job;
  if (!isObject(opts) || typeof attemptsMade !== 'number') return;
  const { attempts } = opts;
  const made = attemptsMade + 2;
  if (typeof attempts !== 'number' || attempts < made) Reflect.set(opts, 'attempts', made);
}

function isNamed(value: Foreign): value is Foreign & { readonly name: string } {
  return typeof value['name'] === 'string';
}
