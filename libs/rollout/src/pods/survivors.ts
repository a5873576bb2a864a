/** Whatever must not outlive this process: its `killNow` runs when the process ends, for whatever reason. */
export interface Mortal {
  killNow(): void;
}

const mortals = new Set<Mortal>();
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Has it killed when this process exits or gets a signal that ends it. Pods have process groups of their own, so a terminal's Ctrl-C
 * does not reach them. A signal that has another listener is not ours: whether it ends the process is for that listener to say, and what is
 * left is killed at its exit. The returned function ends that.
 */
export function dieWithUs(mortal: Mortal): () => void {
  if (mortals.size === 0) listen();
  mortals.add(mortal);
  return () => {
    if (mortals.delete(mortal) && mortals.size === 0) stopListening();
  };
}

function listen(): void {
  process.on('exit', killAll);
  // In front: a listener that was added with `once` would be gone by the time it is counted.
  for (const signal of SIGNALS) process.prependListener(signal, endWithoutOthers);
}

function stopListening(): void {
  process.off('exit', killAll);
  for (const signal of SIGNALS) process.off(signal, endWithoutOthers);
}

function killAll(): void {
  for (const mortal of mortals) mortal.killNow();
}

/** Without another listener the signal would have ended this process, so it still does. */
function endWithoutOthers(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  killAll();
  stopListening();
  mortals.clear();
  process.kill(process.pid, signal);
}
