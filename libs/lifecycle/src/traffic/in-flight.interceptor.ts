import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import { Observable } from 'rxjs';
import { HandlerTracker } from './handler-tracker.js';

/**
 * Counts running handlers and knows their names. Installed globally by `GracefulShutdownModule`.
 *
 * A handler keeps counting after its client has gone: it still writes to the database. Messages of microservices are
 * counted where the transport hands them over instead, because global interceptors do not reach hybrid applications.
 */
@Injectable()
export class InFlightInterceptor implements NestInterceptor {
  constructor(@Inject(HandlerTracker) private readonly handlers: HandlerTracker) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() === 'rpc') return next.handle();
    const { handlers } = this;
    return new Observable((subscriber) => {
      const run = handlers.start(context);
      const subscription = next.handle().subscribe(subscriber);
      subscription.add(() => handlers.end(run));
      return subscription;
    });
  }
}
