import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { kindOf } from '../../../../test/support/load-world.js';
import { onLoopback } from './address.js';
import { logIn } from './login.js';
import { toQuestion, wantsToken } from './question.js';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A service that answers the login so. */
async function answering(
  status: number,
  body: string,
  seen: (request: IncomingMessage, body: string) => void = () => undefined,
) {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      seen(request, Buffer.concat(parts).toString());
      response.writeHead(status).end(body);
    });
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { address: onLoopback((server.address() as AddressInfo).port), requestTimeoutMs: 5000 };
}

const kind = kindOf({
  name: 'POST /login',
  method: 'POST',
  path: '/login',
  body: '{"user":"a"}',
  headers: { 'content-type': 'application/json' },
});

describe('logIn', () => {
  it('asks once, with its body, and takes the token from under a usual name, or from where it is said to be', async () => {
    const asked: string[] = [];
    const world = await answering(201, '{"access_token":"t-1","data":{"jwt":"t-2"}}', ({ method, url }, body) =>
      asked.push(`${method} ${url} ${body}`),
    );
    expect(await logIn({ kind, token: undefined }, world)).toBe('t-1');
    expect(asked).toEqual(['POST /login {"user":"a"}']);
    expect(await logIn({ kind, token: 'data.jwt' }, world)).toBe('t-2');
  });

  it.each([
    [
      401,
      '{"message":"wrong password"}',
      undefined,
      'the login (POST /login) was answered 401: {"message":"wrong password"}',
    ],
    [
      200,
      '{"session":"s","user":{"id":7}}',
      undefined,
      'has no token under access_token, accessToken, token, id_token, jwt. Say where it is, as in token: data.token; its fields: session, user',
    ],
    [200, '{"token":7}', 'token', 'has no token at token'],
    [200, '{"a":{}}', 'constructor.name', 'has no token at constructor.name'],
    [200, 'welcome', undefined, 'its fields: none, for it is no JSON object'],
  ])('says of an answer of %d with %p what is wrong', async (status, body, token, message) => {
    const world = await answering(status, body);
    await expect(logIn({ kind, token }, world)).rejects.toThrow(message);
  });

  it('says that there was no answer', async () => {
    const world = await answering(200, '');
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
    await expect(logIn({ kind, token: undefined }, world)).rejects.toThrow('the login (POST /login) had no answer');
  });
});

describe('{token}', () => {
  it('stands for the token in headers, path and body, as it is', () => {
    const wanting = kindOf({
      path: '/a?key={token}',
      body: '{token} {n}',
      headers: { Authorization: 'Bearer {token}' },
    });
    expect(wantsToken(wanting)).toBe(true);
    const question = toQuestion(wanting, 7, "$&'");
    expect(question).toMatchObject({ path: "/a?key=$&'", headers: { authorization: "Bearer $&'" } });
    expect(question.body?.toString()).toBe("$&' 7");
  });

  it('is left as it is where there is no login', () => {
    expect(wantsToken(kindOf())).toBe(false);
    expect(toQuestion(kindOf({ path: '/{token}' }), 1).path).toBe('/{token}');
  });
});
