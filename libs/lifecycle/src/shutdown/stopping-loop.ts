import { type EventLog } from '../events/event-log.js';
import { type EventStream } from '../events/event-stream.js';
import { LoopMeter } from './loop-meter.js';
import { Watchdog } from './watchdog.js';

interface LoopParts {
  readonly settings: { readonly watchdog: boolean };
  readonly events: EventStream;
  readonly log: EventLog;
}

/** What a shutdown says of itself when it begins. */
interface Stopping {
  readonly endsProcess: boolean;
  readonly remainingMs: number;
  /** The names of hooks that run. */
  readonly running: () => readonly string[];
}

/** How many hooks a block names. */
const MOST_NAMES = 5;
/** How long the loop is blocked before its stack is read. */
const BLOCK_MS = 700;

/** The event loop while the service stops: how late it is, what blocks it, and where, with `watchdog: true`. */
export class StoppingLoop {
  readonly #watchdog = new Watchdog();
  readonly #meter = new LoopMeter({ beat: () => this.#beat(), blocked: (durationMs) => this.#blocked(durationMs) });
  /** Hooks that have run since the loop has turned last. */
  #recent = new Set<string>();
  #running: Stopping['running'] = () => [];

  constructor(private readonly parts: LoopParts) {
    parts.events.read((event) => {
      // What has ended is what has blocked: other hooks may run before the loop turns.
      if (event.type === 'nest-hook-settled') this.#recent.add(event.name);
      if (event.type.includes('hook-')) this.#meter.look();
      if (event.type === 'hook-started') this.#recent.add(event.name);
    });
  }

  /** Returns what stops it; what was measured stays. */
  start({ endsProcess, remainingMs, running }: Stopping): () => void {
    this.#running = running;
    const stop = this.#meter.start();
    if (endsProcess && this.parts.settings.watchdog) {
      const failed = (why: string): void => this.parts.log.warn(`watchdog: true has no effect: ${why}`);
      this.#watchdog.start({ blockMs: BLOCK_MS, endsAt: Date.now() + remainingMs, failed });
    }
    return () => {
      stop();
      this.#watchdog.stop();
    };
  }

  read(): ReturnType<LoopMeter['read']> {
    return this.#meter.read();
  }

  #beat(): void {
    this.#watchdog.beat();
    this.#recent = new Set(this.#running());
  }

  #blocked(durationMs: number): void {
    const during = [...this.#recent].slice(0, MOST_NAMES);
    const stack = this.#watchdog.takeStack();
    const known = stack === undefined || stack.length === 0 ? {} : { stack };
    this.parts.events.emit({ type: 'loop-blocked', durationMs, during, ...known });
  }
}
