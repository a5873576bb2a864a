import { type InFlightWork } from '../in-flight/in-flight-work.js';
import { titleOf } from '../events/title.js';
import { toItem, type Work } from '../in-flight/work.js';
import { methodFrames } from './call-frames.js';

/** Work that asks for the end of the service, and that the drain waits for. */
export interface AskingWork {
  /** What it is called, while it is in flight; `undefined` once it is over, or where there is none. */
  name(): string | undefined;
}

/** Requests are shown as new pieces of work each time. */
const keyOf = (work: Work): object => work.answer ?? work;

/**
 * The request, message or task that is calling this, by the name of its handler among the calls and among the `async`
 * functions that await them: nothing has to be kept for each request. Where several run of one handler, it is any of them.
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
