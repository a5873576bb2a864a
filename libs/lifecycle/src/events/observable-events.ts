import { Observable } from 'rxjs';
import { type EventStream } from './event-stream.js';
import { type TimedEvent } from './lifecycle-event.js';
import { GuardedObservable } from '../phase/guarded-observable.js';

/** Every event from the subscription on; completes after `shutdown-ended`. What a subscriber throws goes to `onError`. */
export function observableOf(
  events: EventStream,
  onError: (name: string, error: unknown) => void,
): Observable<TimedEvent> {
  const source = new Observable<TimedEvent>((subscriber) => {
    if (events.hasEnded) {
      subscriber.complete();
      return undefined;
    }
    return events.observe((event) => {
      subscriber.next(event);
      if (event.type === 'shutdown-ended') subscriber.complete();
    });
  });
  return GuardedObservable.of(source, (error) => onError('a subscriber of events$', error));
}
