import { type IncomingMessage } from 'node:http';

/** A path segment that looks like a name in the code and not like an id. */
const WORD = /^[a-z][a-z._-]{0,29}\d{0,2}$/i;

/**
 * The name of the socket of an upgraded request. No framework has matched it to a pattern, so only the beginning of its
 * path is named (`GET /chat/*`): the rest may contain personal data.
 */
export function nameOfUpgrade({ method = 'GET', url = '' }: Pick<IncomingMessage, 'method' | 'url'>): string {
  // The target of `CONNECT` is a host.
  if (!url.startsWith('/')) return method;
  const [first = '', ...rest] = url
    .slice(1)
    .replace(/[?#][^]*$/, '')
    .split('/');
  const below = rest.some((segment) => segment !== '') ? '/*' : '';
  if (first === '') return `${method} /${below.slice(1)}`;
  return WORD.test(first) ? `${method} /${first}${below}` : `${method} /*`;
}
