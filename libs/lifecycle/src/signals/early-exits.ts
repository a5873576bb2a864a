import { createHook } from 'node:async_hooks';
import { callSiteOf, currentStack } from '../errors/call-site.js';
import { endsProcess, sourceOf } from './listener-source.js';

/** A timer that will end the process. */
export interface EarlyExit {
  readonly afterMs: number;
  /** Where the timer was set. */
  readonly by: string;
}

/** Private fields of a timer; read in Node 20, 22, 24 and 26. */
interface TimerFields {
  readonly _idleTimeout?: unknown;
  readonly _onTimeout?: unknown;
}

/**
 * Watches for timers whose source text ends the process (`setTimeout(() => process.exit(1), 5000)`), until the returned
 * function is called. It runs for the turn of a signal, in which other listeners set such timers. Where Node has
 * changed, none is found, and such a timer ends the process as it does without this module.
 */
export function watchEarlyExits(onForeseen: (exit: EarlyExit) => void): () => void {
  const hook = createHook({
    init: (_id, type, _trigger, resource: object) => {
      if (type !== 'Timeout') return;
      const { _idleTimeout: afterMs, _onTimeout: action } = resource as TimerFields;
      if (typeof afterMs !== 'number' || (!endsProcess(sourceOf(action)) && action !== process.exit)) return;
      onForeseen({ afterMs, by: callSiteOf(currentStack())?.text ?? 'code that the stack does not show' });
    },
  });
  hook.enable();
  return () => void hook.disable();
}
