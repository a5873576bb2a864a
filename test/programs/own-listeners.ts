import { does, step } from './faults.js';

/** Listeners for signals that applications and libraries add before Nest is there. */
export function listenEarly(): void {
  if (does('counting-listener')) countListeners();
  if (does('early-listener')) process.once('SIGTERM', () => step('early listener'));
}

/** As some libraries do: leaves the end to others where there are any. */
function countListeners(): void {
  process.on('SIGTERM', function counting() {
    if (process.listenerCount('SIGTERM') > 1) return;
    step('the only listener');
    process.removeListener('SIGTERM', counting);
    process.kill(process.pid, 'SIGTERM');
  });
}
