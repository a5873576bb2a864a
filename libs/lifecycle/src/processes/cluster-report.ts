import { constants } from 'node:os';

/** How one worker process ended. */
export interface WorkerReport {
  /** Its number, as `cluster.worker.id` has it. */
  readonly id: number;
  /** `undefined` where the process could not be started. */
  readonly pid: number | undefined;
  /**
   * - `stopped`: after it was told to stop
   * - `by-itself`: before it was told
   * - `killed`: by the primary: its time was up, or a second signal came
   */
  readonly how: 'stopped' | 'by-itself' | 'killed';
  /** What it exited with; 128 and the number of the signal where a signal has ended it. */
  readonly exitCode: number;
  /** The signal that has ended it, if one did. */
  readonly signal: NodeJS.Signals | null;
  /** Whether it had been ready. One that was not has taken no work. */
  readonly wasReady: boolean;
  /** Milliseconds from the start of the process to its end. */
  readonly livedMs: number;
}

/** How a cluster ended. */
export interface ClusterReport {
  /** The signal, or what `stop()` was given. */
  readonly reason: string;
  /** Milliseconds from the signal to the end of the last worker. */
  readonly durationMs: number;
  /** The worst of those workers that were there at the signal, or have ended the cluster. */
  readonly exitCode: number;
  /** Those workers, in the order of their numbers. */
  readonly workers: readonly WorkerReport[];
  /** How many workers have ended by themselves before, and were replaced. */
  readonly replaced: number;
  /** How many workers were replaced by reloads. */
  readonly reloaded: number;
}

/** The exit code of a process, as a shell has it. */
export function exitCodeOf(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? (signal === null ? 1 : 128 + constants.signals[signal]);
}

/**
 * The worst exit code. A worker that was told to stop while it was starting is ended by the signal itself, as Node does before
 * anything listens to it: that is no failure.
 */
export function worstExitCode(
  workers: readonly Pick<WorkerReport, 'exitCode' | 'how' | 'signal' | 'wasReady'>[],
): number {
  const counted = workers.filter(({ how, signal, wasReady }) => wasReady || how !== 'stopped' || signal === null);
  return Math.max(0, ...counted.map(({ exitCode }) => exitCode));
}
