import { LifecycleError } from '../errors/lifecycle-error.js';
import { surviveBrokenOutput } from '../events/broken-output.js';
import { type EventStream } from '../events/event-stream.js';
import { type SequenceParts, type Trigger } from './sequence-parts.js';

type Step = () => void;

/** Tells of the shutdown: steps of the tick of the signal, in their order. */
export function tellOfStart({ events, sources, settings, failedProbes }: SequenceParts, trigger: Trigger): Step[] {
  const { reason, signal, delayMs = 0 } = trigger;
  const { budgetMs } = settings;
  return [
    () => events.emit({ type: 'shutdown-started', reason, signal, inFlight: sources.inFlight.count, budgetMs }),
    () => (delayMs > 0 ? events.emit({ type: 'signal-delayed', delayMs }) : undefined),
    () => tellOfCause(events, trigger),
    () => failedProbes.begin(),
  ];
}

/** Tells of the error that is the reason, where it is one. */
export function tellOfCause(events: EventStream, { reason, error }: Trigger): void {
  if (error !== undefined) events.emit({ type: 'error-uncaught', origin: reason, error, isCause: true });
}

/** Tells sources of work and handlers that the service leaves: the last steps of that tick. None where traffic is Nest's. */
export function leave({ settings, sources, notices }: SequenceParts, { reason }: Trigger): Step[] {
  if (!settings.enabled) return [];
  const leaving = new LifecycleError('SHUTTING_DOWN', `The service is stopping: ${reason}.`);
  return [...sources.leave(leaving), () => notices.give('leaving', leaving)];
}

/** To the end of the process, where that is near: the last line is the one that must not end it. Returns its undo. */
export function keepOutput({ events }: SequenceParts, { signal }: Trigger): () => void {
  if (signal === undefined) return () => undefined;
  return surviveBrokenOutput((output) => events.emit({ type: 'output-lost', ...output }));
}

/** Whether routers may send here, which take a while to hear that the service leaves. */
export function isRouted({ settings }: SequenceParts, trigger: Trigger | undefined): boolean {
  if (!settings.enabled || settings.lameDuck.maxMs === 0) return false;
  return trigger?.signal !== undefined && trigger.hasNothingStarted !== true;
}
