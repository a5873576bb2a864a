import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

/** One request. */
export interface Ask {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
  /** The status that the application must answer with; else any that is no failure. */
  readonly expects?: number;
}

/** What came back, as it came: names and order of headers too. Only the time of day is left out. */
export interface Reply {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: string;
  readonly trailers: readonly string[];
}

/** Speaks HTTP or HTTPS to one server, over connections that it keeps, as clients in production do. */
export class Client {
  readonly #http = new HttpAgent({ keepAlive: true });
  readonly #https = new HttpsAgent({ keepAlive: true, rejectUnauthorized: false });

  constructor(readonly url: string) {}

  /** Rejects when the application does not do what it is there to show: two runs that fail alike would compare equal. */
  async send(request: Ask): Promise<Reply> {
    const response = await this.open(request);
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    const reply = {
      status: response.statusCode ?? 0,
      headers: pairs(response.rawHeaders),
      body: Buffer.concat(chunks).toString('latin1'),
      trailers: pairs(response.rawTrailers),
    };
    const { expects } = request;
    if (expects === undefined ? reply.status >= 400 : reply.status !== expects)
      throw new Error(`expected ${expects ?? 'success'}, got ${reply.status}: ${reply.body.slice(0, 500)}`);
    return reply;
  }

  /** The answer once its head is there; its body is the caller's to read. */
  open({ method = 'GET', path = '/', headers = {}, body }: Ask): Promise<IncomingMessage> {
    const target = new URL(path, this.url);
    const isSecure = target.protocol === 'https:';
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    return new Promise((resolve, reject) => {
      const send = isSecure ? httpsRequest : httpRequest;
      const agent = isSecure ? this.#https : this.#http;
      const outgoing = send(target, { method, headers: { ...length, ...headers }, agent }, resolve);
      outgoing.once('error', reject);
      outgoing.end(body);
    });
  }

  /** Ends the connections that it keeps. */
  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }
}

function pairs(raw: readonly string[]): string[] {
  const lines = raw.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${raw[index + 1]}`] : []));
  return lines.filter((line) => !/^date:/i.test(line));
}
