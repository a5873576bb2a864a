import { parseRequest } from './parse-request.js';

const json = { 'content-type': 'application/json' };

describe('parseRequest', () => {
  it.each([
    ['/', { name: 'GET /', method: 'GET', path: '/', body: undefined, weight: 1, transport: 'http1', headers: {} }],
    ['  get   /orders?page=2  ', { name: 'GET /orders?page=2', method: 'GET', path: '/orders?page=2' }],
    ['POST /orders {"sku":1} x3', { method: 'POST', path: '/orders', body: '{"sku":1}', weight: 3, headers: json }],
    ['/orders [1, 2]', { method: 'POST', body: '[1, 2]', headers: json }],
    ['PUT /notes/{n} some text', { method: 'PUT', path: '/notes/{n}', body: 'some text', headers: {} }],
    ['POST /orders {"id":{n}}', { body: '{"id":{n}}' }],
    ['GET / x0.5', { weight: 0.5 }],
    ['POST /a mix3', { body: 'mix3', weight: 1 }],
    ['SSE /events x2', { name: 'SSE /events', method: 'GET', transport: 'event-stream', weight: 2 }],
    ['ws /live hello', { name: 'WS /live', method: 'GET', transport: 'websocket', body: 'hello' }],
    [
      'expect=OK,5 grpc orders.v1.Orders/Get {"id":"{n}"} x2',
      {
        ...{ name: 'GRPC orders.v1.Orders/Get', transport: 'grpc', method: 'POST', path: '/orders.v1.Orders/Get' },
        ...{ body: '{"id":"{n}"}', weight: 2, headers: {}, expect: [0, 5] },
      },
    ],
    ['GRPC /a.B/C', { path: '/a.B/C', body: undefined }],
    ['expect=201,202 POST /orders {"sku":1}', { method: 'POST', expect: [201, 202], headers: json }],
    [
      `bodyHas='"id"' bodyHasNot=errors openFor=30s header.authorization="Bearer a b" name=orders SSE /orders x2`,
      {
        bodyHas: ['"id"'],
        bodyHasNot: ['errors'],
        openFor: 30_000,
        headers: { authorization: 'Bearer a b' },
        name: 'orders',
        weight: 2,
      },
    ],
    ['/search?q=expect=1', { path: '/search?q=expect=1', expect: undefined }],
    ['POST /form a=1&b=2', { body: 'a=1&b=2' }],
    ['h2 /', { method: 'GET', transport: 'http2' }],
    ['H2 DELETE /orders/{n}', { method: 'DELETE', transport: 'http2', path: '/orders/{n}' }],
  ])('reads %p', (typed, expected) => {
    expect(parseRequest(typed)).toMatchObject(expected);
  });

  it.each([
    ['', `has no path: write it as 'POST /orders {"sku":1} x3'`],
    ['POST orders', 'has no path'],
    ['PSOT /orders', '"PSOT" is no method: did you mean POST?'],
    ['QWERTZ /orders', `"QWERTZ" is no method: write it as`],
    ['GET POST /', 'has too much before its path'],
    ['POST /orders {"sku":', 'has a body that begins like JSON and is none'],
    ['GET / x0', 'is never asked with that weight: write x1 or more'],
    ['GET http://localhost:3000/orders', 'names a host: write its path only'],
    ['GET /ä', '"/ä" has "ä" in it: write %C3%A4 instead'],
    ['CONNECT /', 'CONNECT asks a proxy'],
    ['expct=200 /', '"expct" is no field: did you mean expect?'],
    ['constructor=200 /', '"constructor" is no field: write one of name, expect'],
    ['expect=ok /', 'expects "ok", which is no status of HTTP: write a number as 201'],
    ['expect=99 /', 'expects 99, which is no status of HTTP'],
    ['expect=NOTFOUND GRPC a.B/C', 'expects "NOTFOUND", which is no status of gRPC: did you mean NOT_FOUND?'],
    ['expect=17 GRPC a.B/C', 'expects 17, which is no status of gRPC'],
    ['GRPC GET a.B/C', 'a call of gRPC is a POST: leave method out'],
    ['GRPC /orders', '"/orders" is no method of gRPC: write its service'],
    ['openFor=long SSE /', `openFor: "long" is no length of time: write '5s'`],
  ])('says what to type instead of %p', (typed, message) => {
    expect(() => parseRequest(typed)).toThrow(message);
    expect(() => parseRequest(typed)).toThrow(JSON.stringify(typed));
  });

  it('ends soon whatever is typed', () => {
    for (const text of [
      'a '.repeat(50_000),
      `/${' '.repeat(100_000)}x`,
      `/ ${'x3 '.repeat(50_000)}y`,
      'x'.repeat(1e6),
    ]) {
      try {
        parseRequest(text);
      } catch (error) {
        expect(error).toMatchObject({ name: 'LoadSourceError' });
      }
    }
  });
});
