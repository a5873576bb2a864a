import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { Agent, type Dispatcher, request } from 'undici';

/** A request of a client, and what it must be answered with. */
export interface Ask {
  readonly method?: Dispatcher.HttpMethod;
  readonly path: string;
  readonly token?: string;
  /** Sent as JSON. */
  readonly json?: object;
  readonly body?: { readonly chunks: AsyncIterable<Buffer>; readonly type: string; readonly length: number };
  readonly expected: number;
}

const ANSWER_MS = 30_000;

/** A client that keeps its connections, and never sends anything again: what a service loses is seen. */
export class Client {
  private readonly agent = new Agent({ connections: 4, headersTimeout: ANSWER_MS, bodyTimeout: ANSWER_MS });

  constructor(readonly baseUrl: string) {}

  /** @throws when there is no answer, or another one than expected */
  async ask({ method = 'GET', path, token, json, body, expected }: Ask): Promise<unknown> {
    const answer = await request(new URL(path, this.baseUrl), {
      dispatcher: this.agent,
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(json && { 'content-type': 'application/json' }),
        ...(body && { 'content-type': body.type, 'content-length': String(body.length) }),
      },
      body: (body && Readable.from(body.chunks, { objectMode: false })) ?? (json ? JSON.stringify(json) : null),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const text = await answer.body.text();
    if (answer.statusCode !== expected) throw new Error(`it was answered ${answer.statusCode}: ${text.slice(0, 300)}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  close(): Promise<void> {
    return this.agent.close();
  }
}

/** Waits, less long when the signal comes. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  // The only way it rejects is by the signal.
  await setTimeout(ms, undefined, { signal }).catch(() => undefined);
}
