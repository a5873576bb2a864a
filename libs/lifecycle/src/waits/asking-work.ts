import { type InFlightWork } from '../in-flight/in-flight-work.js';
import { titleOf } from '../events/title.js';
import { toItem, type Work } from '../in-flight/work.js';
import { methodFrames } from './call-frames.js';

/** Work in flight that asks for the end of the service, while the drain waits for that work. */
export interface AskingWork {
  /** The name of the work while it is in flight; `undefined` once it is over, or where there is none. */
  name(): string | undefined;
}

/** The key of a piece of work: requests make a new `Work` object for each call. */
const keyOf = (work: Work): object => work.answer ?? work;

/**
 * The request, message or task that is calling this, found by the name of its handler on the stack, or among the
 * `async` functions that await the stack. So nothing has to be stored for each request. Where a handler runs several
 * times at once, it may be any of those.
 */
export function askingWork(inFlight: InFlightWork): AskingWork {
  const frames = methodFrames();
  const isAsking = (work: Work): boolean => {
    const frame = work.frame?.();
    return frame !== undefined && frames.has(frame);
  };
  const asking = new Set([...inFlight.active()].filter(isAsking).map(keyOf));
  return {
    name: () => {
      if (asking.size === 0) return undefined;
      const work = [...inFlight.active()].find((one) => asking.has(keyOf(one)));
      return work === undefined ? undefined : titleOf(toItem(work, work.startedAt));
    },
  };
}
