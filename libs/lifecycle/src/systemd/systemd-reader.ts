import { type LifecycleEvent } from '../events/lifecycle-event.js';
import { type Systemd } from './systemd.js';

/** Tells systemd what becomes of a service: its phases, what a stop waits for, and how long it may take. */
export function readForSystemd(systemd: Systemd): (event: LifecycleEvent) => void {
  let budgetMs = 0;
  return (event) => {
    if (event.type === 'shutdown-started') {
      ({ budgetMs } = event);
      // An app.close(), and a drain alone, leave the process to its own code.
      if (event.signal !== undefined) systemd.stopping(budgetMs);
    } else if (event.type === 'signal-joined' || event.type === 'drain-left') systemd.stopping(budgetMs);
    else if (event.type === 'phase-changed') systemd.status(event.phase);
    else if (event.type === 'progressed') {
      const { phase, waitingFor, total, remainingMs } = event;
      const more = total > waitingFor.length ? ` and ${total - waitingFor.length} more` : '';
      systemd.status(`${phase}: waiting for ${waitingFor.join(', ')}${more}; ${Math.round(remainingMs / 1000)} s left`);
    }
  };
}
