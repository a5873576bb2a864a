import { LifecycleError } from '../errors/lifecycle-error.js';
import { surviveBrokenOutput } from '../events/broken-output.js';
import { type EventStream } from '../events/event-stream.js';
import { type SequenceParts, type Trigger } from './sequence-parts.js';

type Step = () => void;

/** Announces the shutdown: steps of the tick of the signal, in their order. */
export function announceStart({ events, sources, settings, failedProbes }: SequenceParts, trigger: Trigger): Step[] {
  const { reason, signal, delayMs = 0 } = trigger;
  const { budgetMs } = settings;
  return [
    () => events.emit({ type: 'shutdown-started', reason, signal, inFlight: sources.inFlight.count, budgetMs }),
    () => (delayMs > 0 ? events.emit({ type: 'signal-delayed', delayMs }) : undefined),
    () => reportCause(events, trigger),
    () => failedProbes.begin(),
  ];
}

/** Reports the error that is the reason of the shutdown, if there is one. */
export function reportCause(events: EventStream, { reason, error }: Trigger): void {
  if (error !== undefined) events.emit({ type: 'error-uncaught', origin: reason, error, isCause: true });
}

/**
 * Tells sources of work and handlers that the service leaves: the last steps of that tick. No steps with `enabled:
 * false`, where traffic is left to Nest.
 */
export function announceLeaving({ settings, sources, notices }: SequenceParts, { reason }: Trigger): Step[] {
  if (!settings.enabled) return [];
  const leaving = new LifecycleError('SHUTTING_DOWN', `The service is stopping: ${reason}.`);
  return [...sources.leave(leaving), () => notices.fireForAll('leaving', leaving)];
}

/** Keeps errors of `stdout` and `stderr` from ending the process before the shutdown has. Returns its undo. */
export function keepOutput({ events }: SequenceParts, { signal }: Trigger): () => void {
  if (signal === undefined) return () => undefined;
  return surviveBrokenOutput((output) => events.emit({ type: 'output-lost', ...output }));
}

/** Whether routers may send requests here; they need a while to notice that the service leaves. */
export function isRouted({ settings }: SequenceParts, trigger: Trigger | undefined): boolean {
  return settings.enabled && settings.lameDuck.maxMs > 0 && leavesOthers(trigger);
}

/** Whether the turn of this instance is waited for. An `app.close()`, as of a test, takes none. */
export function takesTurns({ settings, coordination }: SequenceParts, trigger: Trigger | undefined): boolean {
  return settings.enabled && coordination.isWanted && leavesOthers(trigger);
}

/** Whether the service leaves, and others go on without it. */
function leavesOthers(trigger: Trigger | undefined): boolean {
  if (trigger?.isDrain === true) return true;
  return trigger?.signal !== undefined && trigger.hasNothingStarted !== true;
}

/** Whether no request is to come here any more: because of a signal, or of a drain that was asked for alone. */
export function isForGood(trigger: Trigger | undefined): boolean {
  return trigger?.signal !== undefined || trigger?.isDrain === true;
}

/**
 * Whether a shutdown may go on while Nest still starts. `app.close()` does not wait for the start: it may have failed, which
 * Nest reports to no module.
 */
export function mayLeaveStart({ startUp }: SequenceParts, trigger: Trigger | undefined): boolean {
  return startUp.hasSettled || !isForGood(trigger) || trigger?.hasNothingStarted === true;
}
