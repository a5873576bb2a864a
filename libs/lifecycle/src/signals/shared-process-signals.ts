import { type Clock } from '../deadline/clock.js';
import { ProcessSignals } from './process-signals.js';

const SHARED = Symbol.for('nestjs-lifecycle.process-signals.v1');

/** The one instance of this process, shared by every loaded copy of this package. */
export function processSignals(clock: Clock): ProcessSignals {
  const shared = globalThis as { [SHARED]?: ProcessSignals };
  return (shared[SHARED] ??= new ProcessSignals(clock));
}

/** Gives applications that are created from now on another one. The returned function puts the one before back. */
export function replaceProcessSignals(signals: ProcessSignals): () => void {
  const shared = globalThis as { [SHARED]?: ProcessSignals };
  const before = shared[SHARED];
  shared[SHARED] = signals;
  return () => {
    if (before === undefined) delete shared[SHARED];
    else shared[SHARED] = before;
  };
}
