import cluster from 'node:cluster';
import { callForeign } from '../errors/foreign-call.js';
import { type LifecycleEvent } from '../events/lifecycle-event.js';
import { type ReadVariable } from '../platform/platform.js';
import { serviceCreated } from './services-here.js';
import { noticeMessage, type WorkerNotice } from './parent-messages.js';

/** Set by `runCluster()` for its workers: the id of the primary, so that what a worker starts does not take it for its own. */
export const PRIMARY_VARIABLE = 'NESTJS_LIFECYCLE_PRIMARY';
/** Set by PM2 in every process that it starts. */
const PM2_VARIABLE = 'pm_id';
/** What PM2 waits for with `wait_ready`, and `runCluster()` of workers without this library. */
export const READY_MESSAGE = 'ready';

/** Whether `runCluster()` has started this process. */
export function isWorkerOfPrimary(read: ReadVariable): boolean {
  return cluster.isWorker && read(PRIMARY_VARIABLE) === String(process.ppid);
}

/** What tells the parent process how far a service is. */
export interface ParentReader {
  readonly read: (event: LifecycleEvent) => void;
  /** The start has failed. */
  readonly failed: () => void;
}

/**
 * A reader of events that tells the parent process how far this one is, where the parent has asked for it: `runCluster()`, and PM2,
 * which gets `ready`. With any other parent it sends nothing. Where a process has several services, it is ready when all are that have
 * been created by then.
 *
 * @param onReady something else that is to hear of it
 */
export function createParentReader(onReady: () => void, readVariable: ReadVariable = readEnvironment): ParentReader {
  const service = serviceCreated();
  const ready = (): void => {
    onReady();
    tellReady(readVariable);
  };
  const read = (event: LifecycleEvent): void => {
    if (event.type === 'phase-changed' && event.phase === 'ready') service.ready(ready);
    if (event.type === 'shutdown-ended') service.gone();
  };
  return { read, failed: service.gone };
}

/** Tells the parent process that this one is ready. */
export function tellReady(read: ReadVariable = readEnvironment): void {
  if (isWorkerOfPrimary(read)) sendNotice('ready');
  if (read(PM2_VARIABLE) !== undefined) sendToParent(READY_MESSAGE);
}

/** Tells `runCluster()`, where it has started this process, that it can be told to stop from now on. */
export function sayHello(read: ReadVariable = readEnvironment): void {
  if (isWorkerOfPrimary(read)) sendNotice('hello');
}

function readEnvironment(name: string): string | undefined {
  return process.env[name];
}

function sendNotice(notice: WorkerNotice): void {
  sendToParent(noticeMessage(notice));
}

/**
 * Sends a message to the parent process. A parent that is gone hears nothing, and needs nothing.
 *
 * @param onError called where it could not be sent
 */
export function sendToParent(message: object | string, onError: () => void = (): void => undefined): void {
  callForeign({ name: 'telling the parent process', fallback: false, onError }, () =>
    // PM2 replaces it by one that takes the same arguments.
    process.send?.(message, undefined, undefined, (error) => (error === null ? undefined : onError())),
  );
}
