import { type Clock } from '../deadline/clock.js';
import { CountedSource } from '../in-flight/counted-source.js';
import { type InFlightWork } from '../in-flight/in-flight-work.js';
import { type Work, type WorkKind, type WorkName } from '../in-flight/work.js';
import { isPromiseLike } from '../traffic/wire/promise-like.js';

/** What is known of a call. */
export interface CallName {
  /** `Class.method`, by which it is also found in a stack, or a queue and a job. Never data. */
  readonly name: string;
  readonly correlationId?: string;
}

/** Calls that a package makes by itself, each in flight until what it returns has settled. */
export class FollowedCalls extends CountedSource {
  constructor(
    readonly name: string,
    private readonly kind: WorkKind,
    private readonly clock: Clock,
    inFlight: InFlightWork,
  ) {
    super(inFlight);
  }

  /**
   * Begins a piece of work.
   *
   * @param frame what calls of its handler are called in a stack, so that a handler that awaits the end of the service is
   *   known; default the name
   * @returns its end, which may be called more than once
   */
  begin(called: CallName, frame = called.name): () => void {
    const describe = (): WorkName => called;
    const work: Work = { kind: this.kind, startedAt: this.clock.now(), describe, frame: () => frame };
    this.running.add(work);
    return () => this.running.remove(work);
  }

  /**
   * Calls, and counts until what is returned has settled. The answer is handed on: a rejection is as handled or unhandled
   * as it was without this. A thenable that is no promise is awaited, as `await` does.
   */
  call<T>(called: CallName, call: () => T): T {
    return this.until(this.begin(called), call);
  }

  /** The same for a piece of work that has begun: `end` is called when what is returned has settled. */
  until<T>(end: () => void, call: () => T): T {
    let isPending = false;
    try {
      const answer = call();
      if (!isPromiseLike(answer)) return answer;
      isPending = true;
      // What awaits it sees the same value or error.
      return Promise.resolve<unknown>(answer).finally(end) as T;
    } finally {
      if (!isPending) end();
    }
  }
}
