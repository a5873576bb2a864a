import { type Attempt } from '../ledger/request-record.js';

/** An attempt while it goes on. */
export type OngoingAttempt = { -readonly [Fact in keyof Attempt]: Attempt[Fact] };

/** There are so many ports, and a ledger asks soon after a request has ended. */
const MOST_KEPT = 65_536;

/** The attempts of the latest clients, by whatever tells them apart. */
export class AttemptLog<Key> {
  readonly #attempts = new Map<Key, OngoingAttempt[]>();

  constructor(
    private readonly sinceStart: () => number,
    private readonly mostKept = MOST_KEPT,
  ) {}

  /** Begins the list of a client anew: a port is used again. */
  open(key: Key): AttemptList {
    const attempts: OngoingAttempt[] = [];
    // A map remembers the first insertion: an old key would be forgotten before its time.
    this.#attempts.delete(key);
    this.#attempts.set(key, attempts);
    for (const oldest of this.#attempts.keys()) {
      if (this.#attempts.size <= this.mostKept) break;
      this.#attempts.delete(oldest);
    }
    return new AttemptList(attempts, this.sinceStart);
  }

  /** As they are at this moment. */
  of(key: Key): readonly Attempt[] {
    return structuredClone(this.#attempts.get(key) ?? []);
  }
}

/** The attempts of one client. */
export class AttemptList {
  constructor(
    private readonly attempts: OngoingAttempt[],
    private readonly sinceStart: () => number,
  ) {}

  /** Begins an attempt at that pod, which has not answered yet. */
  begin(pod: string): OngoingAttempt {
    const attempt: OngoingAttempt = {
      pod,
      at: this.sinceStart(),
      connect: 'black-hole',
      connectedAt: undefined,
      wasDelivered: false,
    };
    this.attempts.push(attempt);
    return attempt;
  }
}
