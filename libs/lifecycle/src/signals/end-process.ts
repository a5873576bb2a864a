import { constants } from 'node:os';
import { setTimeout } from 'node:timers';
import { isMainThread } from 'node:worker_threads';
import { describeError } from '../errors/lifecycle-error.js';

/** How long a raised signal has to end the process. It never ends PID 1. */
const RAISE_MS = 50;

/**
 * Ends the process. The library calls `process.exit()` only in this function, so that the stack shows who ended it. A listener
 * of the application for `'exit'` may throw out of `process.exit()`, which then has not ended the process. Node does
 * not call the listeners a second time.
 */
export function endProcess(exitCode: number): never {
  try {
    return process.exit(exitCode);
  } catch (error) {
    process.stderr.write(`[GracefulShutdown] a listener of the process's 'exit' failed: ${describeError(error)}\n`);
    return process.exit(exitCode === 0 ? 1 : exitCode);
  }
}

/**
 * Ends the process by a signal that no code listens to, as it would end without this module. Where that does not end
 * it, it exits with `exitCode`. A signal goes to the process, so a thread only exits.
 */
export function endBySignal(signal: NodeJS.Signals, exitCode = 128 + constants.signals[signal]): void {
  if (!isMainThread) return endProcess(exitCode);
  process.kill(process.pid, signal);
  setTimeout(() => endProcess(exitCode), RAISE_MS);
}
