import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { sayConnectionCloses } from './connection-close.js';

/** What a real server sends for an answer made like this. */
async function answer(make: (response: ServerResponse) => void, isLast = true): Promise<Response> {
  const server: Server = createServer((_request, response) => {
    sayConnectionCloses(response, { isLast: () => isLast, onHead: () => undefined });
    make(response);
    response.end('answered');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A TCP server's address is an object.
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/`);
  expect(await response.text()).toBe('answered');
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return response;
}

describe('sayConnectionCloses', () => {
  it.each<[string, (response: ServerResponse) => void]>([
    ['nothing', () => undefined],
    ['setHeader()', (response) => response.setHeader('Connection', 'keep-alive')],
    [
      'writeHead() with an object',
      (response) => response.writeHead(200, { Connection: 'keep-alive', 'X-Kept': 'yes' }),
    ],
    [
      'writeHead() with more than it needs',
      (response) => response.writeHead(200, { Connection: 'keep-alive' }, ...([undefined] as unknown as [])),
    ],
    ['writeHead() with a message', (response) => response.writeHead(200, 'Fine', { connection: 'keep-alive' })],
    ['writeHead() with a list', (response) => response.writeHead(200, ['Connection', 'keep-alive', 'X-Kept', 'yes'])],
  ])('holds against %s', async (_, make) => {
    expect((await answer(make)).headers.get('connection')).toBe('close');
  });

  it('leaves the other headers as they are', async () => {
    const { status, headers } = await answer((response) =>
      response.writeHead(201, ['Connection', 'x', 'X-Kept', 'yes']),
    );
    expect([status, headers.get('x-kept')]).toEqual([201, 'yes']);
  });

  it.each([
    ['a list', ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2']],
    ['a list of pairs', Object.entries({ 'X-First': '1', 'X-Second': '2' })],
    ['an object', { 'Set-Cookie': ['a=1', 'b=2'] }],
  ])('sends %s of headers as Node would without it', async (_what, headers) => {
    const make = (response: ServerResponse): unknown =>
      // Node takes all three, its types know of two.
      response.writeHead(200, headers as string[]);
    const sent = async (isLast: boolean): Promise<string[][]> =>
      [...(await answer((response) => void make(response), isLast)).headers].filter(
        ([name]) => !['connection', 'keep-alive', 'date'].includes(name),
      );
    const withClose = await sent(true);
    expect(withClose).toEqual(await sent(false));
    expect(withClose.length).toBeGreaterThan(2);
  });

  it('says nothing where another answer is to follow on the connection', async () => {
    expect((await answer(() => undefined, false)).headers.get('connection')).not.toBe('close');
  });
});
