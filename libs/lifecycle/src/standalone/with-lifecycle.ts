import { type Lifecycle } from './lifecycle.js';
import { type LifecycleOptions } from './standalone-options.js';
import { startLifecycle } from './start-lifecycle.js';

type Body<T> = (lifecycle: Lifecycle) => T | PromiseLike<T>;

const NAME = 'the body of withLifecycle()';

/**
 * A lifecycle for the time of a function: a script, a test. The function is work in flight, so a signal waits for it: it leaves at
 * `lifecycle.signal`. When it has returned or thrown, the lifecycle is closed and its signal handlers are taken off; one
 * after the other, a process may have several.
 *
 * ```ts
 * await withLifecycle(async (lifecycle) => { for (const row of rows) if (!lifecycle.signal.aborted) await store(row); });
 * ```
 *
 * @returns what the function returns
 * @throws what the function throws, which the report has as the cause; InvalidOptionsError when the options cannot be used
 */
export async function withLifecycle<T>(body: Body<T>): Promise<T>;
export async function withLifecycle<T>(options: LifecycleOptions, body: Body<T>): Promise<T>;
export async function withLifecycle<T>(first: LifecycleOptions | Body<T>, second?: Body<T>): Promise<T> {
  const [options, body] = typeof first === 'function' ? [{}, first] : [first, second];
  if (typeof body !== 'function') throw new TypeError('withLifecycle() was given no function to run.');
  const lifecycle = startLifecycle(options);
  try {
    const result = await lifecycle.track(NAME, () => body(lifecycle));
    await lifecycle[Symbol.asyncDispose]();
    return result;
  } catch (error) {
    await lifecycle.close({ reason: NAME, error });
    throw error;
  }
}
