import { callForeign } from '../errors/foreign-call.js';
import { type EventStream } from '../events/event-stream.js';

/** Runs each step, even when earlier ones threw. What a step throws is emitted as an error of the shutdown. */
export function attemptAll(events: EventStream, steps: readonly (() => void)[]): void {
  const onError = (origin: string, error: unknown): void => events.emit({ type: 'error-uncaught', origin, error });
  for (const step of steps) callForeign({ name: 'shutdown', fallback: undefined, onError }, step);
}

/** Runs a step that takes time. What it throws or rejects with is emitted as an error of the shutdown. */
export async function attempt(events: EventStream, step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    events.emit({ type: 'error-uncaught', origin: 'shutdown', error });
  }
}
