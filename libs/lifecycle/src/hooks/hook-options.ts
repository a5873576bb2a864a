import { inspect } from 'node:util';
import { sharedByCopies } from '../copies/shared-class.js';
import { parseDuration } from '../deadline/duration.js';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { nameText } from '../errors/safe-text.js';
import {
  DEFAULT_PRIORITY,
  HIGHEST_PRIORITY,
  type Hook,
  HOOK_PHASES,
  type HookOptions,
  LOWEST_PRIORITY,
} from './hook.js';

/** Hooks that cannot run as written. Lists every problem at once. */
@sharedByCopies('InvalidHookError')
export class InvalidHookError extends LifecycleError {
  override readonly name = 'InvalidHookError';

  constructor(readonly problems: readonly string[]) {
    super(
      'INVALID_HOOK',
      ['Some shutdown hooks cannot run as written.', ...problems.map((line) => `  - ${line}`)].join('\n'),
    );
  }
}

/** Everything that is wrong with the options of the hook `name`, as sentences that say what to type. */
export function hookProblems(name: string, options: HookOptions): string[] {
  const problems: string[] = [];
  const { priority, phase, timeout } = options;
  const isPriority =
    priority === undefined ||
    (Number.isInteger(priority) && priority >= LOWEST_PRIORITY && priority <= HIGHEST_PRIORITY);
  if (!isPriority) {
    problems.push(
      `${name}: received priority ${inspect(priority)}; allowed: an integer from ${LOWEST_PRIORITY} to ` +
        `${HIGHEST_PRIORITY}, lower runs first. Type @OnGracefulShutdown(${DEFAULT_PRIORITY}).`,
    );
  }
  if (phase !== undefined && !HOOK_PHASES.includes(phase)) {
    problems.push(
      `${name}: received phase ${inspect(phase)}; allowed: ${HOOK_PHASES.map((p) => `'${p}'`).join(', ')}. Type phase: 'closing'.`,
    );
  }
  if (timeout !== undefined && !parseDuration(timeout)) {
    problems.push(
      `${name}: received timeout ${inspect(timeout)}; allowed: a duration above 0 such as '2s' or a number of milliseconds. Type timeout: '2s'.`,
    );
  }
  return problems;
}

/** A hook with its defaults filled in; its options must have no problems. */
export function toHook(name: string, options: HookOptions, run: Hook['run'], origin = name): Hook {
  return {
    name: nameText(name),
    origin,
    priority: options.priority ?? DEFAULT_PRIORITY,
    phase: options.phase ?? 'closing',
    timeoutMs: parseDuration(options.timeout),
    run,
  };
}
