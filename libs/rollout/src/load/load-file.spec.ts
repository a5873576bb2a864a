import { readLoadFile } from './load-file.js';

const read = (text: string) => readLoadFile({ text, file: 'load.yaml' });

const whole = `
rate: 20
clients: 2
keepAliveShare: 0.25
keepAliveConnections: 3
requests:
  - GET /orders/{n} x4
  - path: /orders
    json: { sku: 1 }
    weight: 2
    headers: { X-Api-Key: 7 }
    expect: 201
  - name: an upload
    method: put
    path: /files/{n}
    body: xxxx
    uploadBytesPerSecond: 100
    downloadBytesPerSecond: 50
    expect: [200, 204]
  - path: /events
    transport: event-stream
    openFor: 30s
    bodyHas: data
    bodyHasNot: [errors, '"code"']
  - { path: /live, transport: websocket, body: hello }
`;

describe('readLoadFile', () => {
  it('reads requests in one line and with their fields, and how often they come', () => {
    const { requests, ...rates } = read(whole);
    expect(rates).toEqual({ rate: 20, clients: 2, keepAliveShare: 0.25, keepAliveConnections: 3 });
    expect(requests).toMatchObject([
      { name: 'GET /orders/{n}', weight: 4 },
      {
        name: 'POST /orders',
        method: 'POST',
        weight: 2,
        body: '{"sku":1}',
        headers: { 'content-type': 'application/json', 'X-Api-Key': '7' },
        expect: [201],
      },
      {
        name: 'an upload',
        method: 'PUT',
        uploadBytesPerSecond: 100,
        downloadBytesPerSecond: 50,
        expect: [200, 204],
      },
      {
        name: 'SSE /events',
        method: 'GET',
        transport: 'event-stream',
        openFor: 30_000,
        bodyHas: ['data'],
        bodyHasNot: ['errors', '"code"'],
      },
      { name: 'WS /live', method: 'GET', body: 'hello' },
    ]);
  });

  it('leaves out what the file leaves out', () => {
    expect(read('{"requests": ["/"]}')).toEqual({ requests: [expect.objectContaining({ name: 'GET /' })] });
  });

  it('keeps a content type that is written', () => {
    const text = 'requests: [{ path: /, json: 1, headers: { Content-Type: application/vnd.x+json } }]';
    expect(read(text).requests[0]?.headers).toEqual({ 'Content-Type': 'application/vnd.x+json' });
  });

  it.each([
    ['requests: [{ path: /, weigth: 2 }]', 'requests[0].weigth: is no option: did you mean weight?'],
    ['requests: [/]\nrates: 3', 'rates: is no option: did you mean rate?'],
    ['requests: [/]\nunheard: 3', 'unheard: is no option: write one of requests, rate, clients'],
    ['requests: []', "requests: is empty: write at least one, as in 'GET /'"],
    ['rate: 3', 'requests'],
    ['requests: [{ path: orders }]', 'requests[0]: "orders" is no path: write one that begins with a slash'],
    ['requests: [/, PSOT /]', 'requests[1]: "PSOT" is no method: did you mean POST?'],
    ['requests: [{ path: /, body: x, json: 1 }]', 'requests[0]: has body and json: leave one out'],
    ['requests: [{ path: /, weight: -1 }]', 'requests[0].weight'],
    ['requests: [{ path: /, openFor: long }]', `requests[0].openFor: "long" is no length of time: write '5s'`],
    ['requests: [{ path: /, expect: 2000 }]', 'requests[0].expect'],
    ['requests: [{ path: /, transport: websocket, method: POST }]', 'leave method out'],
    ['requests: [{ path: /, headers: { "a b": x } }]', 'requests[0]: the header "a b" cannot be sent'],
    ['just text', 'load.yaml'],
    ['[1, 2]', 'load.yaml'],
  ])('says of %p what to type', (text, message) => {
    expect(() => read(text)).toThrow(message);
    expect(() => read(text)).toThrow('No requests from load.yaml');
  });

  it('lists every problem at once', () => {
    expect(() => read('requests: [orders, { path: x }]')).toThrow('2 problems');
  });
});
