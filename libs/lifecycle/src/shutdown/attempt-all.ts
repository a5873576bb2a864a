import { callForeign } from '../errors/foreign-call.js';
import { type EventStream } from '../events/event-stream.js';

/** Takes each step, whatever the ones before have thrown; what they throw is told of as an error of the shutdown. */
export function attemptAll(events: EventStream, steps: readonly (() => void)[]): void {
  const onError = (origin: string, error: unknown): void => events.emit({ type: 'error-uncaught', origin, error });
  for (const step of steps) callForeign({ name: 'shutdown', fallback: undefined, onError }, step);
}
