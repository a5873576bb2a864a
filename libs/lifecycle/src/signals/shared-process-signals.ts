import { type Clock } from '../deadline/clock.js';
import { ProcessSignals } from './process-signals.js';

const SHARED = Symbol.for('nestjs-lifecycle.process-signals.v1');

/** The instance of this process, shared by all loaded copies of this package. */
export function processSignals(clock: Clock): ProcessSignals {
  const shared = globalThis as { [SHARED]?: ProcessSignals };
  return (shared[SHARED] ??= new ProcessSignals(clock));
}

/**
 * Sets another instance for applications that are created from now on. The returned function restores the one before.
 */
export function replaceProcessSignals(signals: ProcessSignals): () => void {
  const shared = globalThis as { [SHARED]?: ProcessSignals };
  const before = shared[SHARED];
  shared[SHARED] = signals;
  return () => {
    if (before === undefined) delete shared[SHARED];
    else shared[SHARED] = before;
  };
}
