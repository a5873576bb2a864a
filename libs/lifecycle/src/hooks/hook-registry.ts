import { formatDuration } from '../deadline/duration.js';
import { implausibleTimeout } from '../options/implausible-times.js';
import { asHandle } from '../resources/handle.js';
import { findCloser } from '../resources/closer.js';
import { RegisteredResource } from '../resources/registered-resource.js';
import { type ResourceWords } from '../resources/registered-resources.js';
import { type Hook, HOOK_PHASES, type HookPhase } from './hook.js';
import { toHook } from './hook-options.js';
import { checkRegistration, type Closer, readName, type RegisterOptions } from './register-options.js';

/** Undoes a registration; also at the end of a block, with `using` or `await using`. */
export interface Registration extends Disposable, AsyncDisposable {
  (): void;
}

/** What knows how something is closed. */
interface Closers {
  make(name: string, target: unknown, words: ResourceWords): RegisteredResource | ((...args: unknown[]) => unknown);
  add(resource: RegisteredResource): void;
  delete(resource: RegisteredResource): void;
}

/** Methods that close, without kinds. */
const METHODS_ALONE: Closers = {
  make: (name, target, { closeWith }) => findCloser(name, target, closeWith),
  add: () => undefined,
  delete: () => undefined,
};

/** All hooks, decorated and registered, in the order in which they were added. */
export class HookRegistry {
  readonly #hooks = new Set<Hook>();
  readonly #origins = new Map<string, string>();
  /** Those that can be unregistered by their names, with their undo. */
  readonly #registered = new Map<() => void, string>();
  readonly #past = new Set<HookPhase>();
  #onAdded: (hook: Hook, isPast: boolean) => void = () => undefined;

  /**
   * @param warn called for hooks that will not run as they are written
   * @param shareMs how long the hooks of a phase may take together
   * @param closers finds how something is closed
   */
  constructor(
    private readonly warn: (message: string) => void,
    private readonly shareMs: (phase: HookPhase) => number = () => Infinity,
    private readonly closers: Closers = METHODS_ALONE,
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
  register(given: string, closer: Closer, options: RegisterOptions = {}): Registration {
    const name = readName(given, this.warn);
    checkRegistration(name, options);
    const made = this.closers.make(name, closer, options);
    const origin = `register('${name}', …)`;
    const asked = toHook(
      name,
      options,
      made instanceof RegisteredResource ? (context) => made.run(context) : made,
      origin,
    );
    const hook = made instanceof RegisteredResource ? this.#resourceHook(asked, made, options.phase) : asked;
    this.add(hook);
    const undo = (): void => {
      this.#registered.delete(registration);
      if (!this.#hooks.delete(hook)) return;
      this.#forget(name);
      if (hook.resource !== undefined) this.closers.delete(hook.resource);
    };
    const registration = asHandle(undo);
    this.#registered.set(registration, name);
    return registration;
  }

  /** Undoes a registration, or all of a name. Returns whether there was one. */
  unregister(which: string | Registration): boolean {
    const found = [...this.#registered].filter(([undo, name]) => undo === which || name === which);
    for (const [undo] of found) undo();
    return found.length > 0;
  }

  /** What tells of everything is closed when all is over, unless another phase was asked for. */
  #resourceHook(asked: Hook, resource: RegisteredResource, phase: HookPhase | undefined): Hook {
    const { type, priority, isKnown } = resource;
    const late = type === 'telemetry' || type === 'log' ? 'stopped' : 'closing';
    // One of a known kind keeps to the time by itself: it is closed by force then.
    if (isKnown) this.#warnOfCut(asked);
    this.closers.add(resource);
    return { ...asked, phase: phase ?? late, priority, timeoutMs: isKnown ? undefined : asked.timeoutMs, resource };
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
