import { constants } from 'node:os';
import { setTimeout } from 'node:timers';
import { describeError } from '../errors/lifecycle-error.js';

/** How long a raised signal has to end the process, which it never does as PID 1. */
const RAISE_MS = 50;

/**
 * Ends the process. The library does so here alone, so that what ends it is found by who calls this. A listener of the
 * application for `'exit'` may throw out of `process.exit()`, which then has ended nothing; Node calls none of them again.
 */
export function endProcess(exitCode: number): never {
  try {
    return process.exit(exitCode);
  } catch (error) {
    process.stderr.write(`[GracefulShutdown] a listener of the process's 'exit' failed: ${describeError(error)}\n`);
    return process.exit(exitCode === 0 ? 1 : exitCode);
  }
}

/** Lets a signal that no code listens to end the process, as it would without us; where it does not, `exitCode` does. */
export function endBySignal(signal: NodeJS.Signals, exitCode = 128 + constants.signals[signal]): void {
  process.kill(process.pid, signal);
  setTimeout(() => endProcess(exitCode), RAISE_MS);
}
