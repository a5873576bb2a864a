import { type ServerResponse } from 'node:http';
import { nextTurn } from '../../deadline/clock.js';
import { clientOfPoll } from '../http/poll-client.js';

/** Which answers to polls of socket.io are being sent. Nothing is kept of them: they are looked for when somebody asks. */
export class OpenPolls {
  #found: Map<string, ServerResponse[]> | undefined;

  constructor(private readonly traffic: { requests(): Iterable<{ readonly response: ServerResponse }> }) {}

  /** Those to the client of this id that have begun, and have not been sent to their end. */
  answersOf(id: string): readonly ServerResponse[] {
    return (this.#found ?? this.#find()).get(id) ?? [];
  }

  /** Once for all that ask in one turn. */
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
