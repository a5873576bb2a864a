import { constants } from 'node:os';
import { setTimeout } from 'node:timers';

/** How long a raised signal has to end the process, which it never does as PID 1. */
const RAISE_MS = 50;

/** Ends the process. The library does so here alone, so that what ends it is found by who calls this. */
export function endProcess(exitCode: number): never {
  return process.exit(exitCode);
}

/** Lets a signal that no code listens to end the process, as it would without us; where it does not, `exitCode` does. */
export function endBySignal(signal: NodeJS.Signals, exitCode = 128 + constants.signals[signal]): void {
  process.kill(process.pid, signal);
  setTimeout(() => endProcess(exitCode), RAISE_MS);
}
