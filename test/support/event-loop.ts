const TURNS = 25;
const LONGEST_WAIT_MS = 30_000;
/** What is close at hand comes in so many turns. */
const QUICK_TURNS = 200;

/** Lets everything happen that only needs the event loop to turn, so that "not yet" has had every chance to be wrong. */
export async function turns(count = TURNS): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Waits for a state. Throws, with what it waited for, when it never comes. */
export async function until(what: string, isTrue: () => boolean): Promise<void> {
  const end = performance.now() + LONGEST_WAIT_MS;
  for (let turn = 0; !isTrue(); turn += 1) {
    if (performance.now() > end) throw new Error(`waited in vain until ${what}`);
    // Turn after turn would keep a core busy that the awaited needs.
    await (turn < QUICK_TURNS ? turns(1) : nextMillisecond());
  }
}

function nextMillisecond(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}

/** Whether a promise has settled, as seen without waiting for it. */
export function watch(promise: Promise<unknown>): { readonly isSettled: boolean } {
  const state = { isSettled: false };
  const settle = (): void => void (state.isSettled = true);
  promise.then(settle, settle);
  return state;
}
