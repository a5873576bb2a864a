import { type DiscoveryService } from '@nestjs/core';
import { callDecorated, type DecoratedMethod, decoratedMethods } from '../declarations/decorated-providers.js';
import { type Guard, guardToStderr } from '../errors/foreign-call.js';
import { DEFAULT_PRIORITY, type Hook } from './hook.js';
import { hookProblems, InvalidHookError, toHook } from './hook-options.js';
import { declaredHooks, type OnGracefulShutdownOptions } from './on-graceful-shutdown.decorator.js';

type DecoratedHook = DecoratedMethod<OnGracefulShutdownOptions>;

/**
 * Finds every decorated method of these providers and controllers, in the order in which Nest registered them. Guards,
 * pipes, interceptors and filters that are only named in a decorator (`@UseGuards()`), and middleware, are no providers of Nest's
 * discovery: they have to be among them too.
 *
 * @throws InvalidHookError with every hook that could never run, by class and method.
 */
export function discoverHooks(
  providers: ReturnType<DiscoveryService['getProviders']>,
  guard: Guard = guardToStderr,
): Hook[] {
  const problems: string[] = [];
  const hooks = decoratedMethods(providers, declaredHooks, guard).flatMap((decorated) => {
    const { title, options } = decorated;
    const found = [...hookProblems(title, options), ...scopeProblems(decorated)];
    problems.push(...found);
    if (found.length > 0) return [];
    return [toHook(hookName(decorated), options, (context) => callDecorated(decorated, [context]), title)];
  });
  if (problems.length > 0) throw new InvalidHookError(problems);
  return hooks;
}

function scopeProblems({ title, scope }: DecoratedHook): string[] {
  if (scope === undefined) return [];
  return [
    `${title}: its class is ${scope}, so there is no one instance to call at shutdown. Move the hook to a singleton ` +
      `provider, or type gracefulShutdown.register('${title}', …) where the instance is made.`,
  ];
}

/** What logs and the report call it; a method with several decorators is told apart by what they say. */
function hookName({ title, method, options, all }: DecoratedHook): string {
  if (options.name !== undefined) return options.name;
  if (all.filter((other) => other.method === method).length === 1) return title;
  return `${title} (${options.phase ?? 'closing'}, ${options.priority ?? DEFAULT_PRIORITY})`;
}
