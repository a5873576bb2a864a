import { readHar } from './har.js';

interface Recorded {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly answer?: string;
}

function harOf(...recorded: Recorded[]): string {
  const entries = recorded.map(({ url, method = 'GET', headers = {}, body, answer }) => ({
    request: {
      method,
      url,
      headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
      ...(body !== undefined && { postData: { mimeType: 'application/json', text: body } }),
    },
    response: { status: 200, content: { mimeType: answer ?? 'application/json' } },
  }));
  return JSON.stringify({ log: { version: '1.2', entries } });
}

const read = (text: string, keepCredentials = false) => readHar({ text, file: 'shop.har', keepCredentials });
const SHOP = 'https://shop.example';

describe('readHar', () => {
  it('asks each request as often as it was recorded, without its host', () => {
    const { requests, notes } = read(
      harOf(
        { url: `${SHOP}/orders?page=1#top` },
        { url: `${SHOP}/orders`, method: 'POST', body: '{"sku":1}' },
        { url: `${SHOP}/orders?page=1` },
        { url: `${SHOP}/orders`, method: 'POST', body: '{"sku":2}' },
      ),
    );
    expect(requests).toMatchObject([
      { name: 'GET /orders?page=1', weight: 2, body: undefined },
      { name: 'POST /orders', weight: 1, body: '{"sku":1}', headers: { 'content-type': 'application/json' } },
      { name: 'POST /orders', weight: 1, body: '{"sku":2}' },
    ]);
    expect(notes).toEqual([]);
  });

  it("leaves out credentials, and the connection's own headers, unless asked to keep the former", () => {
    const headers = {
      ':authority': 'shop.example',
      Accept: 'text/html',
      Authorization: 'Bearer x',
      Connection: 'keep-alive',
      Cookie: 'sid=1',
      Host: 'shop.example',
      'Sec-Fetch-Mode': 'cors',
      'X-Api-Key': 'k',
      'X-CSRF-Token': 't',
    };
    const text = harOf({ url: `${SHOP}/?access_token=secret&page=1`, headers });
    const { requests, notes } = read(text);
    expect(requests).toMatchObject([{ path: '/?page=1' }]);
    expect(requests[0]?.headers).toEqual({ accept: 'text/html' });
    expect(notes).toEqual([
      { about: 'GET /', message: 'asked without its parameter access_token, which is a credential' },
      {
        about: '1 of 1 requests',
        message:
          'asked without authorization, cookie, x-api-key, x-csrf-token; a load file can have those of a test account',
      },
    ]);
    expect(read(text, true).notes).toEqual([]);
    const kept = read(text, true).requests[0];
    expect(kept?.path).toBe('/?access_token=secret&page=1');
    expect(Object.keys(kept?.headers ?? {})).toEqual([
      'accept',
      'authorization',
      'cookie',
      'x-api-key',
      'x-csrf-token',
    ]);
  });

  it('leaves out a body with a password in it, and says so', () => {
    const text = harOf({ url: `${SHOP}/` }, { url: `${SHOP}/login`, method: 'POST', body: '{"password":"x"}' });
    const { requests, notes } = read(text);
    expect(requests.map(({ name }) => name)).toEqual(['GET /']);
    expect(notes[0]).toMatchObject({ about: 'POST /login' });
    expect(read(text, true).requests).toHaveLength(2);
  });

  it('asks only the most frequent origin, and says which others there were', () => {
    const { requests, notes } = read(
      harOf({ url: 'https://cdn.example/a.js' }, { url: `${SHOP}/` }, { url: `${SHOP}/b` }, { url: 'data:,x' }),
    );
    expect(requests).toHaveLength(2);
    expect(notes.map(({ about }) => about)).toEqual(['data:,x', 'https://cdn.example']);
  });

  it('knows event streams and WebSockets', () => {
    const { requests } = read(
      harOf({ url: `${SHOP}/events`, answer: 'text/event-stream' }, { url: 'wss://shop.example/live' }),
    );
    expect(requests.map(({ transport }) => transport)).toEqual(['event-stream', 'websocket']);
  });

  it.each([
    ['{}', 'log'],
    ['{"log":{"entries":[]}}', 'log.entries: has no request to ask'],
    ['{"log":{"entries":[{"request":{"method":"GET","url":"about:blank"}}]}}', 'about:blank: left out'],
    ['{"log":{"entries":[{"request":{"method":1}}]}}', 'log.entries[0].request.method'],
  ])('says what is wrong with %p', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});
