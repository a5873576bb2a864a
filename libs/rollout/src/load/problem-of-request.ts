import { validateHeaderName, validateHeaderValue } from 'node:http';
import { percentEncoded } from './percent-encoded.js';
import { type RequestKind } from './load-plan.js';

/** RFC 9110 §5.6.2, of which a method is made. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** What may not be in a request line as it is. */
const UNESCAPED = /[^\u0021-\u007e]/u;

/** Why this request cannot be sent, and what to type; `undefined` when it can. */
export function problemOfRequest({ method, path, headers }: RequestKind): string | undefined {
  if (!TOKEN.test(method)) return `${JSON.stringify(method)} is no method: write GET, POST, PUT, PATCH or DELETE`;
  if (method.toUpperCase() === 'CONNECT') return 'CONNECT asks a proxy, not a service: write another method';
  if (/^[a-z]+:\/\//i.test(path)) {
    return `${JSON.stringify(path)} names a host: write its path only, as every request goes to the service`;
  }
  if (!path.startsWith('/')) return `${JSON.stringify(path)} is no path: write one that begins with a slash`;
  const wrong = UNESCAPED.exec(path)?.[0];
  if (wrong !== undefined) {
    return `${JSON.stringify(path)} has ${JSON.stringify(wrong)} in it: write ${percentEncoded(wrong)} instead`;
  }
  return problemOfHeaders(headers);
}

function problemOfHeaders(headers: Readonly<Record<string, string>>): string | undefined {
  for (const [name, value] of Object.entries(headers)) {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return `the header ${JSON.stringify(name)} cannot be sent: ${why}`;
    }
  }
  return undefined;
}
