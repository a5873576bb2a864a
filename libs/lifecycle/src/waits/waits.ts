import { type Clock, nextTurn } from '../deadline/clock.js';
import { type AskingWork } from './asking-work.js';
import { callFrames } from './call-frames.js';

/** A hook that runs, as the graph of waits sees it. */
interface Run {
  readonly name: string;
  readonly of: Waits;
  /** The applications whose end it awaits. */
  readonly awaited: Set<Waits>;
}

/** What is told to a hook that would wait for itself. */
export type CircularAnswer<T> = (circle: { readonly hook: string; readonly path: string }) => T;

/** An end that a hook may await. */
interface AwaitedEnd<T> {
  readonly end: Promise<T>;
  /** What the caller gets when it would wait for itself. Throws, or returns in place of the end. */
  readonly answer: CircularAnswer<T>;
  /** What has asked for the end, where that is work that the drain waits for. */
  readonly asking?: AskingWork;
}

/** How often it is looked again: a hook may come to await later what it has asked for, and others begin to wait too. */
const LOOK_MS = 100;

/** Every hook that runs in this process, by the name of the function that awaits it. */
const runs = new Map<string, Run>();
let count = 0;

/**
 * What one application waits for while it shuts down, among all of the process: its hooks, and what those await. A hook
 * that awaits the end of its own application, or of one that waits for it in turn, is known as soon as it does so.
 */
export class Waits {
  #awaitsAll = false;

  constructor(private readonly clock: Clock) {}

  /** Waits until every application of the process has ended. */
  async all(ended: Promise<void>): Promise<void> {
    this.#awaitsAll = true;
    await ended;
    this.#awaitsAll = false;
  }

  /** Whether this application waits for another one of the process to end, whatever its hooks await. */
  isWaitingFor(other: Waits): boolean {
    return this === other || this.#awaitsAll;
  }

  /** Runs a hook, so that what awaits is known to be it. Settles as `work` does. */
  async run<T>(name: string, work: () => T | PromiseLike<T>): Promise<T> {
    count += 1;
    const frame = `nestjs-lifecycle hook ${count}`;
    runs.set(frame, { name, of: this, awaited: new Set() });
    try {
      // Its name is what shows in the stack of whatever it awaits.
      const named = { [frame]: async () => await work() };
      return await (named[frame] ?? work)();
    } finally {
      runs.delete(frame);
    }
  }

  /**
   * Resolves with the end of this application. A hook for which that would never come gets an answer instead. What it is
   * told, it is told in the next turn of the event loop, when it is known who awaits.
   */
  async ended<T>({ end, answer, asking }: AwaitedEnd<T>): Promise<T> {
    let hasEnded = await Promise.race([settled(end), nextTurn().then(() => false)]);
    while (!hasEnded) {
      const frames = callFrames();
      const circle = this.#circle(frames);
      if (circle !== undefined) return answer(circle);
      const look = this.#nextLook();
      hasEnded = await Promise.race([settled(end), look.time]);
      look.cancel();
      // What only begins the end, and does not await it, is over by now, or awaits nothing of ours.
      const work = hasEnded ? undefined : asking?.name();
      if (work !== undefined) return answer({ hook: work, path: work });
    }
    return end;
  }

  #nextLook(): { readonly time: Promise<false>; readonly cancel: () => void } {
    let cancel = (): void => undefined;
    const time = new Promise<false>((resolve) => {
      cancel = this.clock.meanwhile(LOOK_MS, () => resolve(false));
    });
    return { time, cancel };
  }

  /** The hook that awaits this end, when this application waits for it, whether at first or through others. */
  #circle(frames: readonly string[]): { readonly hook: string; readonly path: string } | undefined {
    for (const frame of frames) {
      const run = runs.get(frame);
      if (run === undefined) continue;
      run.awaited.add(this);
      const path = pathTo(run, this, new Set());
      if (path !== undefined) return { hook: run.name, path: path.join(', which waits for ') };
    }
    return undefined;
  }
}

/** The hooks through which an application waits for the application of `run`. */
function pathTo(run: Run, from: Waits, seen: Set<Waits>): string[] | undefined {
  if (from.isWaitingFor(run.of)) return [run.name];
  seen.add(from);
  for (const other of runs.values()) {
    if (other.of !== from) continue;
    for (const next of other.awaited) {
      const rest = seen.has(next) ? undefined : pathTo(run, next, seen);
      if (rest !== undefined) return [other.name, ...rest];
    }
  }
  return undefined;
}

async function settled(end: Promise<unknown>): Promise<true> {
  await end.catch(() => undefined);
  return true;
}
