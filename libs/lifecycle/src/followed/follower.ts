import { type ChildProcess } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import { type Clock } from '../deadline/clock.js';
import { type EventStream } from '../events/event-stream.js';
import { type WorkSources } from '../in-flight/work-sources.js';
import { asHandle } from '../resources/handle.js';
import { ChildRunner } from './child-runner.js';
import { type FollowOptions, type FollowSettings, readFollowOptions } from './follow-options.js';
import { FollowedSource } from './followed-source.js';
import { type Runner } from './runner.js';
import { ThreadRunner } from './thread-runner.js';

interface FollowerParts {
  readonly clock: Clock;
  readonly events: EventStream;
  readonly sources: WorkSources;
}

/** What logs and the report call them, by when they are told to stop. */
const NAMES = {
  'lame-duck': 'child processes and threads',
  drain: 'child processes and threads of the drain',
} as const;

/**
 * Follows child processes and threads. There is a source of work only once one is followed: an empty one would change how a service
 * stops that has none.
 */
export class Follower {
  readonly #sources = new Map<string, FollowedSource>();

  constructor(private readonly parts: FollowerParts) {}

  /** Whether one has ever been followed. */
  get isUsed(): boolean {
    return this.#sources.size > 0;
  }

  /** @throws LifecycleError `INVALID_SOURCE` when it is neither, or the options cannot be used */
  follow(child: ChildProcess | Worker, options: FollowOptions): ReturnType<typeof asHandle> {
    const settings = readFollowOptions(child, options);
    return asHandle(this.#sourceOf(settings).add(this.#runnerOf(child, settings), settings.timeoutMs));
  }

  #runnerOf(child: ChildProcess | Worker, settings: FollowSettings): Runner {
    const onError = (error: unknown): void => this.#failed('ending a child', error);
    return child instanceof Worker
      ? new ThreadRunner(child, settings, onError)
      : new ChildRunner(child, settings, onError);
  }

  #sourceOf({ intake }: FollowSettings): FollowedSource {
    const known = this.#sources.get(intake);
    if (known !== undefined) return known;
    const { clock, events, sources } = this.parts;
    const source = new FollowedSource(NAMES[intake], intake, {
      clock,
      inFlight: sources.inFlight,
      onFailed: (origin, error) => this.#failed(origin, error),
      onCut: (items) => events.emit({ type: 'work-interrupted', items }),
    });
    this.#sources.set(intake, source);
    sources.add(source);
    // Also where a second signal, the deadline or process.exit() ends the process before its time.
    events.read(({ type }) => (type === 'shutdown-ended' ? source.destroy() : undefined));
    return source;
  }

  #failed(origin: string, error: unknown): void {
    this.parts.events.emit({ type: 'error-uncaught', origin, error });
  }
}
