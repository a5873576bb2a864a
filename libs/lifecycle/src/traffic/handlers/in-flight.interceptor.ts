import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { Observable, type Subscriber } from 'rxjs';
import { sharedByCopies } from '../../copies/shared-class.js';
import { HandlerTracker } from './handler-tracker.js';
import { Longevities } from '../long-lived/long-lived.decorator.js';
import { type EndEvents } from '../long-lived/long-lived-marks.js';
import { LongLivedRequests } from '../long-lived/long-lived-requests.js';
import { answerOf } from './work-key.js';

/**
 * Counts running handlers and knows their names. Installed globally by `GracefulShutdownModule`.
 *
 * A handler counts on after its client has gone, because it may still write to the database. Handlers of routes are
 * counted where Nest registers them, and messages of microservices and gateways where the transport passes them on.
 * This interceptor counts the others: resolvers, request-scoped controllers, and handlers that the application adds it
 * to.
 */
@sharedByCopies('InFlightInterceptor', ModulesContainer)
@Injectable()
export class InFlightInterceptor implements NestInterceptor {
  readonly #longevities = new Longevities();

  constructor(
    @Inject(HandlerTracker) private readonly handlers: HandlerTracker,
    @Inject(LongLivedRequests) private readonly longLived: LongLivedRequests,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const type = context.getType();
    if (type === 'rpc' || type === 'ws') return next.handle();
    const { handlers } = this;
    return new Observable((subscriber) => {
      const run = handlers.start(context);
      this.#mark(context, subscriber);
      const subscription = next.handle().subscribe(subscriber);
      if (run !== undefined) subscription.add(() => handlers.returned(run));
      return subscription;
    });
  }

  #mark(context: ExecutionContext, subscriber: Subscriber<unknown>): void {
    const longevity = this.#longevities.of(context.getHandler(), context.getClass());
    if (longevity === 'short') return;
    const answer = answerOf(context);
    if (answer === undefined) return;
    if (longevity === 'finite') this.longLived.markFinite(answer);
    else this.longLived.mark(answer, longevity === 'event-stream' ? endOf(subscriber) : undefined);
  }
}

/** Makes it possible to complete the observables of `@Sse()` handlers from outside. */
export class EventStreamInterceptor implements NestInterceptor {
  constructor(private readonly longLived: LongLivedRequests) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return new Observable((subscriber) => {
      const answer = answerOf(context);
      if (answer !== undefined) this.longLived.mark(answer, endOf(subscriber));
      return next.handle().subscribe(subscriber);
    });
  }
}

/** Completing the subscriber of Nest ends the answer, and unsubscribes from the handler's own observable. */
function endOf(subscriber: Subscriber<unknown>): EndEvents {
  return () => subscriber.complete();
}
