import { type ServerResponse } from 'node:http';
import { nextTurn } from '../../deadline/clock.js';
import { clientOfPoll } from '../http/poll-client.js';

/**
 * Finds answers to polls of socket.io that are being sent. It keeps none of them, and looks through the requests when
 * asked.
 */
export class OpenPolls {
  #found: Map<string, ServerResponse[]> | undefined;

  constructor(private readonly traffic: { requests(): Iterable<{ readonly response: ServerResponse }> }) {}

  /** The answers to the client of this id that have begun, and have not been sent to their end. */
  answersOf(id: string): readonly ServerResponse[] {
    return (this.#found ?? this.#find()).get(id) ?? [];
  }

  /** One search serves all calls of one turn. */
  #find(): Map<string, ServerResponse[]> {
    const found = new Map<string, ServerResponse[]>();
    for (const { response: answer } of this.traffic.requests()) {
      const id = answer.headersSent ? clientOfPoll(answer.req.url) : undefined;
      if (id !== undefined) found.set(id, [...(found.get(id) ?? []), answer]);
    }
    this.#found = found;
    void nextTurn().then(() => (this.#found = undefined));
    return found;
  }
}
