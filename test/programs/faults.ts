/** What the service can be told to do wrong, from outside, and how it tells what it does. */
const faults = (process.env['FAULTS'] ?? '').split(',');

export function does(...anyOf: readonly string[]): boolean {
  return anyOf.some((fault) => faults.includes(fault));
}

/** Each step is a line of output: `step: …`. */
export function step(name: string): void {
  console.log(`step: ${name}`);
}

export function never(): Promise<never> {
  return new Promise(() => undefined);
}

/** Keeps the event loop busy. */
export function block(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

/** Waits for a message of the test, by IPC. */
export function released(name: string): Promise<void> {
  return new Promise((resolve) => {
    const listener = (message: unknown): void => {
      if (message !== name) return;
      process.removeListener('message', listener);
      resolve();
    };
    process.on('message', listener);
  });
}

/** Waits until the library listens for signals, which it does from its constructors on. */
export async function listenedForSignals(): Promise<void> {
  while (process.listenerCount('SIGTERM') === 0) await new Promise((resolve) => setImmediate(resolve));
}

/** A connection that takes its time, before any hook of Nest. */
export async function connectSlowly(): Promise<string> {
  if (!does('slow-provider', 'failing-provider')) return 'connected';
  await listenedForSignals();
  if (does('failing-provider')) throw new Error('the database is away');
  step('connecting');
  await released('connected');
  return 'connected';
}
