import { setTimeout } from 'node:timers/promises';
import { type FreePlace, type PlaceRequest } from './shutdown-limit.js';

/** How long until the next try, at least and at most: at random, so that instances do not come in step. */
const PAUSE_MS = { min: 50, max: 150 };

/**
 * Tries the places of a group one after the other, again and again, until one is free.
 *
 * @param tryPlace resolves to `undefined` when the place is taken
 * @throws what `tryPlace` throws; an `AbortError` when it is not wanted any more
 */
export async function tryUntilFree(
  { limit, signal }: PlaceRequest,
  tryPlace: (place: number) => Promise<FreePlace | undefined>,
): Promise<FreePlace> {
  for (;;) {
    for (let place = 0; place < limit; place += 1) {
      signal.throwIfAborted();
      const free = await tryPlace(place);
      if (free !== undefined) return free;
    }
    const { min, max } = PAUSE_MS;
    await setTimeout(min + Math.random() * (max - min), undefined, { signal });
  }
}
