import { type Duration } from '../deadline/duration.js';
import { type RegisteredResource } from '../resources/registered-resource.js';
import { type ShutdownContext } from './shutdown-context.js';

/** The phases in which hooks can run. */
export type HookPhase = 'lame-duck' | 'draining' | 'closing' | 'stopped';

/** Every {@link HookPhase}. */
export const HOOK_PHASES: readonly HookPhase[] = ['lame-duck', 'draining', 'closing', 'stopped'];

/** When a hook runs, and how long it may take. */
export interface HookOptions {
  /**
   * 0 to 100; lower runs first, the same number in parallel. Default 50. The library's own words: 10 stop pull intake,
   * 40 work in progress, 60 producers and clients, 70 caches, 80 databases, 85 agents and child processes,
   * 90 telemetry, 95 logs.
   */
  readonly priority?: number | undefined;
  /**
   * `'closing'` (default) runs after everything in flight has ended; `'lame-duck'` at the signal, while everything is
   * still served; `'draining'` while requests finish; `'stopped'` when all is over, those of Nest included, with the report.
   */
  readonly phase?: HookPhase | undefined;
  /**
   * Cap on this hook alone, within the share of its phase. Default: what is left of that, less a little for those behind it; in
   * the phase `lame-duck` until the drain is over.
   */
  readonly timeout?: Duration | undefined;
}

/** A function of the user that runs during the shutdown, with its options. */
export interface Hook {
  readonly name: string;
  /** Where it comes from: `Class.method`, or the call that registered it. */
  readonly origin: string;
  readonly priority: number;
  readonly phase: HookPhase;
  /** `undefined`: what is left of the budget, less a part for the hooks after it. */
  readonly timeoutMs: number | undefined;
  /** What it closes, where that was given to `register()`. */
  readonly resource?: RegisteredResource | undefined;
  run(context: ShutdownContext): unknown;
}

/** The priority of a hook that names none. Lower runs first. */
export const DEFAULT_PRIORITY = 50;
/** Hooks of this priority and above close logs. The report so far is logged before them. */
export const LOGS_PRIORITY = 95;
/** Runs before all others. */
export const LOWEST_PRIORITY = 0;
/** Runs after all others. */
export const HIGHEST_PRIORITY = 100;
