import { type DiscoveryService } from '@nestjs/core';
import { callDecorated, type DecoratedMethod, decoratedMethods } from '../declarations/decorated-providers.js';
import { type Guard } from '../errors/foreign-call.js';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { type AddedSources } from './added-sources.js';
import { declaredIntakes, type StopIntakeOptions } from './stop-intake.decorator.js';

/**
 * Adds the intake of every method with `@StopIntake()`.
 *
 * @throws LifecycleError when a provider has not one instance, or the options cannot be used
 */
export function discoverIntakes(
  providers: ReturnType<DiscoveryService['getProviders']>,
  added: Pick<AddedSources, 'intake'>,
  guard: Guard,
): void {
  for (const decorated of decoratedMethods(providers, declaredIntakes, guard)) addIntake(decorated, added);
}

function addIntake(decorated: DecoratedMethod<StopIntakeOptions<object>>, added: Pick<AddedSources, 'intake'>): void {
  const { owner, title, options, scope } = decorated;
  const { name = title, intake } = options;
  if (scope !== undefined) {
    throw new LifecycleError(
      'INVALID_SOURCE',
      `@StopIntake() on ${title}: its class is ${scope}, so there is no one instance to call at shutdown. Move it to a ` +
        `singleton provider, or type shutdown.intake('${title}', { stop: () => … }) where the instance is made.`,
    );
  }
  added.intake(name, {
    stop: () => callDecorated(decorated, []),
    intake,
    ...(options.inFlight === undefined ? {} : { inFlight: () => options.inFlight?.(owner) ?? 0 }),
    interrupt: (reason) => options.interrupt?.(owner, reason),
  });
}
