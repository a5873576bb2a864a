import { type Clock } from '../deadline/clock.js';
import { type ModulesContainer, NestApplicationContext } from '@nestjs/core';
import { type Guard } from '../errors/foreign-call.js';
import { Waits } from '../waits/waits.js';
import { type Instance, instancesWithHooks } from './instances.js';
import { isPromiseLike } from '../traffic/wire/promise-like.js';
import { type Method, putMethod } from '../patching/replace-method.js';

/** The hooks that Nest calls at the start and at the stop. */
const START_HOOKS = ['onModuleInit', 'onApplicationBootstrap'] as const;
const STOP_HOOKS = ['onModuleDestroy', 'beforeApplicationShutdown', 'onApplicationShutdown'] as const;

type NestHook = (typeof START_HOOKS)[number] | (typeof STOP_HOOKS)[number];

/** The step of its stop that Nest has come to. */
export type NestStep = 'onModuleDestroy' | 'beforeApplicationShutdown' | 'dispose' | 'onApplicationShutdown';

/** The modules to watch, and the listeners. */
export interface Watch {
  readonly modules: ModulesContainer;
  /** Classes of modules that are not watched: our own. */
  readonly except: readonly unknown[];
  readonly onFailed: (name: string, error: unknown) => void;
  /** Called when a hook has ended or failed. */
  readonly onSettled?: (hook: SettledNestHook) => void;
}

/** The result of one hook. */
export interface SettledNestHook {
  /** `Database.onModuleDestroy`. */
  readonly name: string;
  readonly durationMs: number;
  readonly result: 'done' | 'failed';
  readonly error?: unknown;
}

/** A hook that Nest has called and that has not ended. */
interface RunningNestHook {
  readonly name: string;
  readonly startedAt: number;
}

/**
 * Watches which hook of which provider Nest is waiting for, so that a hook that hangs can be named, and which hook
 * threw. Nest reports a failed start to no module. Of a failed stop Nest 12 only writes a log line, and Nest 11 skips
 * all other hooks.
 */
export class NestHookWatch {
  readonly #running = new Set<RunningNestHook>();
  #step: NestStep | undefined;

  constructor(
    private readonly guard: Guard,
    private readonly clock: Clock,
    readonly waits = new Waits(clock),
  ) {}

  /** The hooks that Nest waits for right now, and for how long they have run. */
  get running(): readonly { readonly name: string; readonly durationMs: number }[] {
    const now = this.clock.now();
    return [...this.#running].map(({ name, startedAt }) => ({ name, durationMs: now - startedAt }));
  }

  /** The names of what Nest is waiting for; empty when Nest does not stop, or nothing runs. */
  get waitingFor(): string[] {
    const running = [...this.#running].map(({ name }) => name);
    if (running.length > 0 || this.#step === undefined) return running;
    return [this.#step === 'dispose' ? "Nest's dispose (servers and connections closing)" : `Nest's ${this.#step}`];
  }

  /** Nest has come to a step. */
  enter(step: NestStep): void {
    this.#step = step;
  }

  /** Nest has taken its last step. */
  leave(): void {
    this.#step = undefined;
  }

  /** Watches `onModuleInit` and `onApplicationBootstrap` of all providers. Returns its undo. */
  watchStart(watch: Watch): () => void {
    return this.#watch(START_HOOKS, watch);
  }

  /** Watches the shutdown hooks of all providers. Returns its undo. */
  watchStop(watch: Watch): () => void {
    return this.#watch(STOP_HOOKS, watch);
  }

  /**
   * Nest looks a hook up on the instance, and finds an own property first. Frozen instances cannot get one, and are not
   * watched.
   */
  #watch(hooks: readonly NestHook[], watch: Watch): () => void {
    const { modules, except } = watch;
    const undo: (() => void)[] = [];
    for (const instance of instancesWithHooks(modules, except)) {
      for (const hook of hooks) {
        // A provider may be a Proxy whose traps throw. This reads more of it than Nest does.
        const original = this.guard('looking for the hooks of a provider', undefined, () =>
          Object.isExtensible(instance) ? methodOf(instance, hook) : undefined,
        );
        if (original === undefined) continue;
        const watched = this.#watched(`${nameOf(instance)}.${hook}`, original, watch);
        undo.push(putMethod(instance, hook, watched));
      }
    }
    return () => {
      for (const restore of undo.splice(0)) restore();
    };
  }

  /** Returns and throws what the hook does, in the same tick: other code may call the hook, too. */
  #watched(name: string, original: Method, { onFailed, onSettled }: Watch): Method {
    const { clock, waits } = this;
    const running = this.#running;
    return function watched(this: unknown, ...args: unknown[]): unknown {
      const run: RunningNestHook = { name, startedAt: clock.now() };
      running.add(run);
      const settled = (how: Pick<SettledNestHook, 'result' | 'error'>): void => {
        running.delete(run);
        onSettled?.({ name, durationMs: clock.now() - run.startedAt, ...how });
      };
      const ended = (): void => settled({ result: 'done' });
      const failed = (error: unknown): void => {
        settled({ result: 'failed', error });
        onFailed(name, error);
      };
      try {
        const result = Reflect.apply(original, this, args);
        if (!isPromiseLike(result)) {
          ended();
          return result;
        }
        // The caller of the hook gets the rejection.
        const settled = waits.run(name, () => result);
        settled.then(ended, failed);
        return settled;
      } catch (error) {
        failed(error);
        throw error;
      }
    };
  }
}

/** Finds a method without running a getter. */
function methodOf(instance: object, name: string): Method | undefined {
  for (let owner: object | null = instance; owner !== null; owner = Object.getPrototypeOf(owner) as object | null) {
    const descriptor = Object.getOwnPropertyDescriptor(owner, name);
    if (descriptor === undefined) continue;
    const { value } = descriptor as { value?: unknown };
    // Nest calls any function that it finds under this name.
    return typeof value === 'function' ? (value as Method) : undefined;
  }
  return undefined;
}

function nameOf(instance: Instance): string {
  const prototype = Object.getPrototypeOf(instance) as { readonly constructor?: { readonly name?: string } } | null;
  return prototype?.constructor?.name ?? 'a provider';
}

/** Whether a rejected shutdown hook makes Nest skip all others, as in Nest 11 (read in 11.2.10; 12 has its own method). */
export function doesRejectedHookAbortNest(): boolean {
  return !('runShutdownSequence' in NestApplicationContext.prototype);
}
