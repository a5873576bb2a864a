import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import { Observable, type Subscriber } from 'rxjs';
import { HandlerTracker } from './handler-tracker.js';
import { Longevities } from './long-lived/long-lived.decorator.js';
import { type EndEvents, LongLivedRequests } from './long-lived/long-lived-requests.js';
import { answerOf } from './work-key.js';

/**
 * Counts running handlers and knows their names. Installed globally by `GracefulShutdownModule`.
 *
 * A handler keeps counting after its client has gone: it still writes to the database. Messages of microservices are
 * counted where the transport hands them over instead, because global interceptors do not reach hybrid applications.
 */
@Injectable()
export class InFlightInterceptor implements NestInterceptor {
  readonly #longevities = new Longevities();

  constructor(
    @Inject(HandlerTracker) private readonly handlers: HandlerTracker,
    @Inject(LongLivedRequests) private readonly longLived: LongLivedRequests,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() === 'rpc' || context.getType() === 'ws') return next.handle();
    const { handlers } = this;
    return new Observable((subscriber) => {
      const run = handlers.start(context);
      this.#mark(context, subscriber);
      const subscription = next.handle().subscribe(subscriber);
      if (run !== undefined) subscription.add(() => handlers.end(run));
      return subscription;
    });
  }

  #mark(context: ExecutionContext, subscriber: Subscriber<unknown>): void {
    const longevity = this.#longevities.of(context.getHandler(), context.getClass());
    if (longevity === 'short') return;
    const answer = answerOf(context);
    if (answer === undefined) return;
    this.longLived.mark(answer, longevity === 'event-stream' ? endOf(subscriber) : undefined);
  }
}

/** Completing what Nest subscribes to ends the answer, and unsubscribes from the handler's own observable. */
function endOf(subscriber: Subscriber<unknown>): EndEvents {
  return (last) => {
    if (last !== undefined) subscriber.next(last);
    subscriber.complete();
  };
}
