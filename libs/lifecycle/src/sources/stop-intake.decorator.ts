import { MethodDeclarations } from '../declarations/method-declarations.js';
import { type IntakeOptions } from './intake-options.js';

/** What `@StopIntake()` takes. `inFlight` and `interrupt` get the instance. */
export interface StopIntakeOptions<T = never> extends Pick<IntakeOptions, 'intake'> {
  /** What logs and the report call it. Default `Class.method`. */
  readonly name?: string | undefined;
  /** As {@link IntakeOptions.inFlight}. */
  inFlight?(instance: T): ReturnType<Required<IntakeOptions>['inFlight']>;
  /** As {@link IntakeOptions.interrupt}. */
  interrupt?(instance: T, reason: Error): unknown;
}

/** Every method with the decorator. Its type parameter is that of the class which the method belongs to. */
export const declaredIntakes = new MethodDeclarations<StopIntakeOptions<object>>(
  'intakes',
  '@StopIntake()',
  'INVALID_SOURCE',
);

/**
 * Stops what pulls work in, at the signal, while HTTP is still served: the method is the `stop()` of
 * `GracefulShutdown.intake()`. What it returns may last until what runs has ended; the drain waits for it.
 *
 * @example
 * ```ts
 * @StopIntake<OrdersConsumer>({ name: 'orders', inFlight: ({ running }) => running.size })
 * stop(): Promise<void> { return this.consumer.stop(); }
 * ```
 */
export function StopIntake<T extends object = never>(options: StopIntakeOptions<T> = {}): MethodDecorator {
  return declaredIntakes.decorate(options);
}
