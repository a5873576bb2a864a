import { type Exchange, type World } from './application.js';
import { type Ask } from './client.js';

/** A request, whose whole answer is compared. */
export function ask(request: Ask): Exchange {
  const { method = 'GET', path = '/', headers = {} } = request;
  const details = Object.entries(headers).map(([name, value]) => ` ${name}=${value.slice(0, 60)}`);
  return { name: `${method} ${path}${details.join('')}`, play: ({ client }) => client.send(request) };
}

export function get(path: string, headers: Record<string, string> = {}): Exchange {
  return ask({ path, headers });
}

/** A request that is answered with a failure. */
export function refused(expects: number, path: string, headers: Record<string, string> = {}): Exchange {
  return ask({ path, headers, expects });
}

/** A request with a JSON body. */
export function sendJson(method: string, path: string, body: unknown, request: Ask = {}): Exchange {
  const headers = { 'content-type': 'application/json', ...request.headers };
  return ask({ ...request, method, path, headers, body: JSON.stringify(body) });
}

export function post(path: string, body: unknown, request: Ask = {}): Exchange {
  return sendJson('POST', path, body, request);
}

/** Anything else that a client does. */
export function exchange(name: string, play: (world: World) => Promise<unknown>): Exchange {
  return { name, play };
}

/** A GraphQL query or mutation over HTTP. */
export function query(text: string, variables: Record<string, unknown> = {}): Exchange {
  return { ...post('/graphql', { query: text, variables }), name: `query ${text}` };
}
