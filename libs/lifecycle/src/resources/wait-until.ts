import { setTimeout } from 'node:timers/promises';
import { type TimeLeft } from '../in-flight/work-source.js';

/** How often it is looked: clients have no event for it. */
const LOOK_MS = 10;

/** Waits until `isSo`, which is looked at again and again; rejects when the time is up. */
export async function waitUntil(isSo: () => boolean, { signal }: Pick<TimeLeft, 'signal'>): Promise<void> {
  while (!isSo()) await setTimeout(LOOK_MS, undefined, { signal });
}
