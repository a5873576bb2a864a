import { type ConnectionFacts } from '../ledger/request-record.js';

/** What an answer said about its connection. */
export interface AnswerFacts {
  /** Whether it said that it ends its connection. */
  readonly saysClose: boolean | undefined;
  /** Who gave it, by its header `x-served-by`; `undefined` where it does not say. */
  readonly servedBy: string | undefined;
}

/** What a client knows of one of its connections: since when it is there, how often it was used, and what came over it last. */
export class ConnectionLife {
  #openedAt: number | undefined;
  #uses = 0;
  #lastEndedAt: number | undefined;
  #last: AnswerFacts = { saysClose: undefined, servedBy: undefined };

  /** Another request is sent on it. What was known of it at that moment. */
  use(now: number): ConnectionFacts {
    // A connection is opened for its first request.
    this.#openedAt ??= now;
    const facts: ConnectionFacts = {
      ageMs: now - this.#openedAt,
      uses: this.#uses,
      idleMs: this.#lastEndedAt === undefined ? undefined : now - this.#lastEndedAt,
      lastSaidClose: this.#last.saysClose,
      servedBy: this.#last.servedBy,
    };
    this.#uses += 1;
    return facts;
  }

  /** An answer has come, to its end or not. */
  answered(now: number, answer: AnswerFacts): void {
    this.#lastEndedAt = now;
    this.#last = answer;
  }
}
