import { once } from 'node:events';
import { Agent as HttpAgent, get, type IncomingMessage } from 'node:http';
import { Agent, fetch as undiciFetch, request } from 'undici';
import { RawClient } from './raw-client.js';

/** One client of a service, as people have them. */
export interface Client {
  /** One request, or a few at once. Throws when an answer is not what it has to be. */
  ask(url: string): Promise<void>;
  close(): unknown;
}

/** Each in its usual set-up, with connections that are kept and without retries of its own. */
export const CLIENT_KINDS: Readonly<Record<string, () => Client>> = {
  "Node's http.Agent": () => {
    const agent = new HttpAgent({ keepAlive: true });
    return { ask: (url) => askWithAgent(url, agent), close: () => agent.destroy() };
  },
  "undici's Agent": () => {
    const dispatcher = new Agent();
    return {
      ask: async (url) => {
        const { statusCode, body } = await request(url, { dispatcher });
        expectHello(statusCode, await body.text());
      },
      close: () => dispatcher.destroy(),
    };
  },
  "undici's Agent, pipelining": () => {
    const dispatcher = new Agent({ connections: 1, pipelining: 4 });
    const askOne = async (url: string): Promise<void> => {
      const { statusCode, body } = await request(url, { dispatcher });
      expectHello(statusCode, await body.text());
    };
    return {
      ask: async (url) => void (await Promise.all([1, 2, 3, 4].map(() => askOne(url)))),
      close: () => dispatcher.destroy(),
    };
  },
  "undici's fetch": () => {
    const dispatcher = new Agent();
    return {
      ask: async (url) => {
        const answer = await undiciFetch(url, { dispatcher });
        expectHello(answer.status, await answer.text());
      },
      close: () => dispatcher.destroy(),
    };
  },
  'fetch of Node': () => ({
    ask: async (url) => {
      const answer = await fetch(url);
      expectHello(answer.status, await answer.text());
    },
    close: () => undefined,
  }),
  'a connection for each request': () => {
    const agent = new HttpAgent({ keepAlive: false });
    return { ask: (url) => askWithAgent(url, agent), close: () => agent.destroy() };
  },
  'three pipelined at once': () => new PipeliningClient(),
};

/** Sends three requests in one packet, and again only when all are answered; never on a connection that was to end. */
class PipeliningClient implements Client {
  private client: RawClient | undefined;
  private url: string | undefined;

  async ask(url: string): Promise<void> {
    if (this.client === undefined || this.client.isClosed || this.url !== url)
      this.client = await RawClient.connect(url);
    this.url = url;
    const { client } = this;
    client.received = '';
    client.send('GET / HTTP/1.1\r\nHost: test\r\n\r\n'.repeat(3));
    await client.until(/(HTTP\/1\.1 200 OK[^]*?\r\n\r\nhello){3}/);
    if (/^connection: close/im.test(client.received)) this.close();
  }

  close(): void {
    this.client?.abort();
    this.client = undefined;
  }
}

async function askWithAgent(url: string, agent: HttpAgent): Promise<void> {
  const [response] = (await once(get(url, { agent }), 'response')) as [IncomingMessage];
  let body = '';
  for await (const text of response.setEncoding('utf8')) body += String(text);
  expectHello(response.statusCode, body);
}

function expectHello(status: number | undefined, body: string): void {
  if (status !== 200 || body !== 'hello') throw new Error(`answered ${status}: ${body}`);
}
