/** Whatever must not outlive this process: its `killNow` runs when the process ends, however it is told to. */
export interface Mortal {
  killNow(): void;
}

const mortals = new Set<Mortal>();
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Has it killed when this process exits or gets a signal that would end it. Pods have process groups of their own, so a terminal's
 * Ctrl-C does not reach them. The returned function ends that.
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
  for (const signal of SIGNALS) process.on(signal, killAndGo);
}

function stopListening(): void {
  process.off('exit', killAll);
  for (const signal of SIGNALS) process.off(signal, killAndGo);
}

function killAll(): void {
  for (const mortal of mortals) mortal.killNow();
}

/** Where nobody else listens the signal would have ended us, so it still does. */
function killAndGo(signal: NodeJS.Signals): void {
  killAll();
  const isOurs = process.listenerCount(signal) === 1;
  stopListening();
  mortals.clear();
  if (isOurs) process.kill(process.pid, signal);
}
