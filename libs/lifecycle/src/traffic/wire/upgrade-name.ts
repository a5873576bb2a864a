import { type IncomingMessage } from 'node:http';

/** Begins like a name that somebody gave to a route, not like an id. */
const WORD = /^[a-z][a-z._-]{0,29}\d{0,2}$/i;

/**
 * What the socket of an upgraded request is called. No framework has matched it to a pattern, so of its path only the
 * beginning is told (`GET /chat/*`): what follows may carry somebody's data.
 */
export function nameOfUpgrade({ method = 'GET', url = '' }: Pick<IncomingMessage, 'method' | 'url'>): string {
  // Of a tunnel it is a host.
  if (!url.startsWith('/')) return method;
  const [first = '', ...rest] = url
    .slice(1)
    .replace(/[?#][^]*$/, '')
    .split('/');
  const below = rest.some((segment) => segment !== '') ? '/*' : '';
  if (first === '') return `${method} /${below.slice(1)}`;
  return WORD.test(first) ? `${method} /${first}${below}` : `${method} /*`;
}
