import { type EventStream } from './event-stream.js';
import { type TimedEvent } from './lifecycle-event.js';

/** Events that wait for a slow reader; older ones are dropped. */
const MOST_WAITING = 10_000;

/** Every event from the first turn of the loop on; ends after `shutdown-ended`. A loop that is slow misses the oldest. */
export async function* iterateEvents(events: EventStream): AsyncGenerator<TimedEvent, void, undefined> {
  if (events.hasEnded) return;
  const waiting: TimedEvent[] = [];
  let wake = (): void => undefined;
  const undo = events.observe((event) => {
    if (waiting.length === MOST_WAITING) waiting.shift();
    waiting.push(event);
    wake();
  });
  try {
    for (;;) {
      const event = waiting.shift();
      if (event !== undefined) yield event;
      else await new Promise<void>((resolve) => (wake = resolve));
      if (event?.type === 'shutdown-ended') return;
    }
  } finally {
    undo();
  }
}
