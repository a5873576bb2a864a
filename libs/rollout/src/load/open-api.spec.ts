import { readOpenApi, type OpenApiOptions } from './open-api.js';

const read = (document: object | string, options: Partial<OpenApiOptions> = {}) =>
  readOpenApi({
    text: typeof document === 'string' ? document : JSON.stringify(document),
    file: 'api.yaml',
    ...options,
  });

const shop = `
openapi: 3.1.0
servers: [{ url: 'https://{host}/v{version}/', variables: { host: { default: shop.example }, version: { default: '1' } } }]
paths:
  /orders:
    get:
      parameters:
        - { name: page, in: query, required: true, schema: { type: integer, default: 2 } }
        - { name: tags, in: query, required: true, schema: { type: array }, example: [a, 'b c'] }
        - { name: unused, in: query, schema: { type: string } }
        - { name: X-Tenant, in: header, required: true, schema: { enum: [eu, us] } }
    post:
      requestBody: { $ref: '#/components/requestBodies/Order' }
  /orders/{id}:
    parameters:
      - $ref: '#/components/parameters/Id'
    get: {}
    delete: {}
  /events:
    get: { responses: { '200': { content: { text/event-stream: {} } } } }
components:
  parameters:
    Id: { name: id, in: path, required: true, schema: { type: string, format: uuid }, example: 'a/b ä' }
  requestBodies:
    Order: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } } }
  schemas:
    Order:
      type: object
      properties:
        id: { type: integer, readOnly: true }
        sku: { type: integer, example: 7 }
        parent: { $ref: '#/components/schemas/Order' }
`;

describe('readOpenApi', () => {
  it('asks what only reads, with values from the document, below the base path and without the host', () => {
    const { requests, notes } = read(shop);
    expect(requests).toMatchObject([
      { name: 'GET /orders', path: '/v1/orders?page=2&tags=a&tags=b%20c', headers: { 'x-tenant': 'eu' } },
      { name: 'GET /orders/{id}', path: '/v1/orders/a%2Fb%20%C3%A4' },
      { name: 'GET /events', transport: 'event-stream' },
    ]);
    expect(notes).toEqual([]);
  });

  it('asks what writes when it is told to, with a body made by its schema', () => {
    const { requests } = read(shop, { includeWrites: true });
    const post = requests.find(({ method }) => method === 'POST');
    expect(post).toMatchObject({ headers: { 'content-type': 'application/json' } });
    expect(JSON.parse(post?.body ?? '')).toEqual({ sku: 7, parent: {} });
    expect(requests.map(({ name }) => name)).toContain('DELETE /orders/{id}');
  });

  it('reads Swagger 2', () => {
    const { requests } = read(
      {
        swagger: '2.0',
        basePath: '/api',
        paths: {
          '/a/{kind}': {
            get: {
              parameters: [
                { name: 'kind', in: 'path', required: true, type: 'string', enum: ['x'] },
                {
                  name: 'ids',
                  in: 'query',
                  required: true,
                  type: 'array',
                  items: { type: 'integer' },
                  default: [1, 2],
                },
              ],
            },
          },
          '/b': { post: { parameters: [{ name: 'body', in: 'body', schema: { $ref: '#/definitions/B' } }] } },
          '/c': {
            post: { parameters: [{ name: 'q', in: 'formData', required: true, type: 'string', default: 'x y' }] },
          },
        },
        definitions: { B: { type: 'object', properties: { n: { type: 'integer', example: 3 } } } },
      },
      { includeWrites: true },
    );
    expect(requests).toMatchObject([
      { path: '/api/a/x?ids=1%2C2' },
      { path: '/api/b', body: '{"n":3}' },
      { path: '/api/c', body: 'q=x+y', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    ]);
  });

  it.each([
    ['a parameter without a description', { '/x/{id}': { get: {} } }, 'its parameter id is not described'],
    [
      'a parameter of which nothing is said',
      { '/x/{id}': { get: { parameters: [{ name: 'id', in: 'path', required: true }] } } },
      'its parameter id has neither an example nor a schema',
    ],
    [
      'a body that is a file',
      { '/x': { post: { requestBody: { required: true, content: { 'multipart/form-data': {} } } } } },
      'its body is multipart/form-data, which cannot be made',
    ],
    ['another file', { '/x': { $ref: 'other.yaml#/x' } }, 'refers to "other.yaml#/x", outside the document'],
    [
      'something that is not there',
      { '/x': { get: { parameters: [{ $ref: '#/components/parameters/no' }] } } },
      'refers to "#/components/parameters/no", which is not there',
    ],
    ['a reference to itself', { '/x': { $ref: '#/paths/~1x' } }, 'refers to "#/paths/~1x", which refers to itself'],
  ])('leaves out what needs %s, and says so', (_what, paths, message) => {
    const { requests, notes } = read(
      { openapi: '3.0.3', paths: { '/ok': { get: {} }, ...paths } },
      { includeWrites: true },
    );
    expect(requests.map(({ path }) => path)).toEqual(['/ok']);
    expect(notes).toMatchObject([{ message: expect.stringContaining(message) as unknown }]);
  });

  it('says that operations ask for credentials, and sends the headers it is given', () => {
    const document = { openapi: '3.0.3', security: [{ bearer: [] }], paths: { '/': { get: {} } } };
    expect(read(document).notes).toMatchObject([{ about: '1 operations' }]);
    const { requests, notes } = read(document, { headers: { authorization: 'Bearer x' } });
    expect(notes).toEqual([]);
    expect(requests[0]?.headers).toEqual({ authorization: 'Bearer x' });
  });

  it('ends soon where schemas refer to each other in powers', () => {
    const levels = Array.from({ length: 12 }, (_, level) => {
      const next = { $ref: `#/components/schemas/S${level + 1}` };
      const properties = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`p${index}`, next]));
      return [`S${level}`, { type: 'object', properties }] as const;
    });
    const schemas = { ...Object.fromEntries(levels), S12: { type: 'string' } };
    const content = { 'application/json': { schema: { $ref: '#/components/schemas/S0' } } };
    const { notes } = read(
      {
        openapi: '3.0.3',
        paths: { '/ok': { get: {} }, '/x': { post: { requestBody: { content } } } },
        components: { schemas },
      },
      { includeWrites: true },
    );
    expect(notes).toMatchObject([
      { about: 'POST /x', message: 'left out: its schema is too large to make a value of: give it an example' },
    ]);
  });

  it('takes half a surrogate pair, and names like those of Object.prototype', () => {
    const parameters = [{ name: 'q', in: 'query', required: true, example: '\ud800' }];
    const { requests } = read(
      `{"openapi":"3.0.3","paths":{"/a":{"get":${JSON.stringify({ parameters })}},"/__proto__":{"get":{}},"/toString":{"get":{}}}}`,
    );
    expect(requests.map(({ path }) => path)).toEqual(['/a?q=%EF%BF%BD', '/__proto__', '/toString']);
  });

  it.each([
    ['[]', 'is no OpenAPI document'],
    ['openapi: 4.0.0\npaths: {}', 'is no OpenAPI document that is understood'],
    ['openapi: 3.0.0', 'has no paths'],
    ['openapi: 3.0.0\npaths: {}', 'paths: has no operation to ask'],
    ['{"openapi":"3.0.0","paths":{"/x/{id}":{"get":{}}}}', 'GET /x/{id}: left out'],
  ])('says what is wrong with %p', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});
