import { type Clock, nextTurn } from '../deadline/clock.js';
import { type AskingWork } from './asking-work.js';
import { callFrames } from './call-frames.js';

/** A hook that runs, as a node in the graph of waits. */
interface Run {
  readonly name: string;
  readonly of: Waits;
  /** The applications whose end it awaits. */
  readonly awaited: Set<Waits>;
}

/** Called for a hook that would wait for itself. */
export type CircularAnswer<T> = (circle: { readonly hook: string; readonly path: string }) => T;

/** An end that a hook may await. */
interface AwaitedEnd<T> {
  readonly end: Promise<T>;
  /** What the caller gets when it would wait for itself: an error, or a result in place of the end. */
  readonly answer: CircularAnswer<T>;
  /** The work that asks for the end, if the drain waits for it. */
  readonly asking?: AskingWork;
}

/** How often to look again: a hook may await the end only later, and other hooks may begin to wait. */
const LOOK_MS = 100;

/** Every hook that runs in this process, by the name of the function that awaits it. */
const runs = new Map<string, Run>();
let count = 0;

/**
 * What one application waits for while it shuts down: its hooks, and what those await, across all applications of the
 * process. A hook that awaits the end of its own application is found as soon as it does, directly or through other
 * applications.
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

  /** Runs a hook, so that its awaits are known to be those of the hook. Settles as `work` does. */
  async run<T>(name: string, work: () => T | PromiseLike<T>): Promise<T> {
    count += 1;
    const frame = `nestjs-lifecycle hook ${count}`;
    runs.set(frame, { name, of: this, awaited: new Set() });
    try {
      // The name of this function is in the stack of all that the hook awaits.
      const named = { [frame]: async () => await work() };
      return await (named[frame] ?? work)();
    } finally {
      runs.delete(frame);
    }
  }

  /**
   * Resolves with the end of this application. A hook that would wait for itself gets `answer` instead, in the next
   * turn of the event loop, when it is known which code awaits.
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
      // Work that asked for the end without awaiting it has ended by now, or awaits something else.
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

  /** The hook that awaits this end, if this application waits for that hook, directly or through others. */
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
