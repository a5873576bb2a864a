import { formatDuration } from '../deadline/duration.js';
import { implausibleTimeout } from '../options/implausible-times.js';
import { asHandle } from '../resources/handle.js';
import { findCloser } from '../resources/closer.js';
import { type Hook, HOOK_PHASES, type HookOptions, type HookPhase } from './hook.js';
import { hookProblems, InvalidHookError, toHook } from './hook-options.js';
import { type ShutdownContext } from './shutdown-context.js';

/** The options of `register()`. */
export interface RegisterOptions extends HookOptions {
  /** The method that closes the instance, if it is not one of those that are found automatically. */
  readonly closeWith?: string | symbol | undefined;
}

/** Undoes a registration; also at the end of a block, with `using` or `await using`. */
export interface Registration extends Disposable, AsyncDisposable {
  (): void;
}

/** A function that closes something, or an object with a method that does. */
export type Closer = ((context: ShutdownContext) => unknown) | object;

/** All hooks, decorated and registered, in the order in which they were added. */
export class HookRegistry {
  readonly #hooks = new Set<Hook>();
  readonly #origins = new Map<string, string>();
  readonly #past = new Set<HookPhase>();
  #onAdded: (hook: Hook, isPast: boolean) => void = () => undefined;

  /**
   * @param warn called for hooks that will not run as they are written
   * @param shareMs how long the hooks of a phase may take together
   */
  constructor(
    private readonly warn: (message: string) => void,
    private readonly shareMs: (phase: HookPhase) => number = () => Infinity,
  ) {}

  get size(): number {
    return this.#hooks.size;
  }

  /** Whether a hook runs while work is in flight: such a hook stops the work, or waits for it. */
  get isWaitingForWork(): boolean {
    return [...this.#hooks].some(({ phase }) => phase === 'lame-duck' || phase === 'draining');
  }

  has(hook: Hook): boolean {
    return this.#hooks.has(hook);
  }

  /** Whether the hooks of a phase have begun: one that comes now runs by itself. */
  isPast(phase: HookPhase): boolean {
    return this.#past.has(phase);
  }

  /** Calls `listener` for every hook that is added from now on; `isPast`: its phase has run already. */
  onAdded(listener: (hook: Hook, isPast: boolean) => void): void {
    this.#onAdded = listener;
  }

  /**
   * Adds hooks that were found by discovery. Two hooks of one name both run, with a warning, because the report cannot
   * tell them apart.
   */
  add(...hooks: readonly Hook[]): void {
    for (const hook of hooks) {
      const other = this.#origins.get(hook.name);
      if (other !== undefined) {
        const both = `${other} and ${hook.origin}`;
        this.warn(`Two shutdown hooks are called ${hook.name} (${both}); both run. Give one of them another name.`);
      }
      this.#warnOfCut(hook);
      this.#hooks.add(hook);
      this.#origins.set(hook.name, hook.origin);
      this.#onAdded(hook, this.#past.has(hook.phase));
    }
  }

  /**
   * Adds something that is not a provider. When its phase has already run, it is closed at once.
   *
   * @throws InvalidHookError when the options cannot be used; LifecycleError when it has no method that closes it.
   */
  register(name: string, closer: Closer, options: RegisterOptions = {}): Registration {
    const problems = hookProblems(`register('${name}', …)`, options);
    if (problems.length > 0) throw new InvalidHookError(problems);
    const hook = toHook(name, options, findCloser(name, closer, options.closeWith), `register('${name}', …)`);
    this.add(hook);
    const undo = (): void => {
      if (this.#hooks.delete(hook)) this.#forget(name);
    };
    return asHandle(undo);
  }

  /** Warns of a hook whose timeout is longer than the share of its phase. */
  #warnOfCut({ name, phase, timeoutMs = 0 }: Hook): void {
    const shareMs = this.shareMs(phase);
    const slip = implausibleTimeout(`hook ${name}`, timeoutMs);
    if (slip !== undefined) this.warn(slip);
    if (timeoutMs <= shareMs) return;
    const remedy = phase === 'draining' ? 'drainTimeout' : 'hookBudget';
    this.warn(
      `Hook ${name} asks for a timeout of ${formatDuration(timeoutMs)}, but hooks of the phase ${phase} have ` +
        `${formatDuration(shareMs)}, which is all it gets. Type ${remedy}: '${Math.ceil(timeoutMs / 1000)}s' in ` +
        'the options, or a shorter timeout.',
    );
  }

  #forget(name: string): void {
    if (![...this.#hooks].some((hook) => hook.name === name)) this.#origins.delete(name);
  }

  /**
   * The hooks of a phase by priority, lowest first; of one priority, the last registered first. The phase counts as
   * past from now on.
   */
  take(phase: HookPhase): Hook[][] {
    this.#past.add(phase);
    const byPriority = new Map<number, Hook[]>();
    for (const hook of [...this.#hooks].toReversed()) {
      if (hook.phase !== phase) continue;
      const group = byPriority.get(hook.priority);
      if (group === undefined) byPriority.set(hook.priority, [hook]);
      else group.push(hook);
    }
    return [...byPriority].toSorted(([a], [b]) => a - b).map(([, group]) => group);
  }

  /** Every hook in the order in which it would run. */
  plan(): Hook[] {
    return HOOK_PHASES.flatMap((phase) =>
      [...this.#hooks]
        .toReversed()
        .filter((hook) => hook.phase === phase)
        .toSorted((a, b) => a.priority - b.priority),
    );
  }
}
