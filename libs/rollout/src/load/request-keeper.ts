import { type Attempt, lostFateOf, type RequestRecord } from '../ledger/request-record.js';
import { type Ledger } from '../ledger/ledger.js';
import { type Outcome } from './outcome.js';
import { type Question, requestIdOf, toQuestion } from './question.js';
import { type RequestKind } from './load-plan.js';
import { trueFate } from '../ledger/true-fate.js';

/** Who knows to which pods a request was handed; see `Balancer`. */
export type AttemptsOf = (client: {
  readonly requestId: string;
  readonly localPort: number | undefined;
}) => readonly Attempt[];

/** What a keeper writes to, and whom it asks. */
export interface KeeperWorld {
  readonly ledger: Ledger;
  readonly sinceStart: () => number;
  /** `undefined`: the clients talk to the service itself. */
  readonly attemptsOf: AttemptsOf | undefined;
  /** What the login gave, where there is one. */
  token(): string | undefined;
}

/** Each try goes to wherever a balancer sends a new session; a client that meets only servers that refuse gives up. */
const MOST_TRIES = 4;

/** Gives every request its number, and writes down what became of it. */
export class RequestKeeper {
  constructor(private readonly world: KeeperWorld) {}

  /**
   * Asks by `tryOnce`, and again where the server itself has said that it has not worked on the request: that is part of HTTP/2
   * (RFC 9113 §8.7) and no retry that hides anything. All tries are in the record's attempts.
   */
  async keep(
    kind: RequestKind,
    client: RequestRecord['client'],
    tryOnce: (question: Question) => Promise<Outcome>,
  ): Promise<Outcome> {
    const id = this.world.ledger.begin();
    const question = toQuestion(kind, id, this.world.token());
    const sentAt = this.world.sinceStart();
    let outcome = await tryOnce(question);
    const attempts = [...this.#attemptsOf(id, outcome, sentAt)];
    for (let tries = 1; outcome.isUnprocessed && tries < MOST_TRIES; tries += 1) {
      const refused = attempts.pop();
      // The server has said so itself.
      if (refused !== undefined) attempts.push({ ...refused, wasDelivered: false });
      const againAt = this.world.sinceStart();
      outcome = await tryOnce(question);
      attempts.push(...this.#attemptsOf(id, outcome, againAt));
    }
    const fate = this.world.attemptsOf === undefined ? outcome.fate : trueFate(outcome.fate, attempts);
    this.world.ledger.settle({
      id,
      kind: kind.name,
      method: kind.method,
      path: question.path,
      client,
      sentAt,
      answeredAt: outcome.answeredAt,
      endedAt: outcome.endedAt,
      fate,
      status: outcome.status,
      ...(outcome.grpcStatus !== undefined && { grpcStatus: outcome.grpcStatus }),
      detail: outcome.detail,
      isReused: outcome.isReused,
      endsConnection: attempts.at(-1)?.endsConnection ?? outcome.endsConnection,
      ...(outcome.servedBy !== undefined && { servedBy: outcome.servedBy }),
      ...(lostFateOf({ fate }) !== undefined && { connection: outcome.connection }),
      attempts,
    });
    return outcome;
  }

  /** A connection may have been handed over long before the request was sent on it. */
  #attemptsOf(id: number, { localPort }: Outcome, sentAt: number): readonly Attempt[] {
    const attempts = this.world.attemptsOf?.({ requestId: requestIdOf(id), localPort }) ?? [];
    return attempts.map((attempt) => notBefore(sentAt, attempt));
  }
}

function notBefore(sentAt: number, attempt: Attempt): Attempt {
  return attempt.at >= sentAt ? attempt : { ...attempt, at: sentAt };
}
