import type { Request } from './http-client.js';

/** Reads and writes, most of them on kept-alive connections, some from clients that want no other answer. */
export function mixedRequest(n: number): Request {
  const headers = n % 10 === 9 ? { Connection: 'close' } : {};
  if (n % 2 === 0) return { headers };
  return {
    method: 'POST',
    path: '/orders',
    headers: { ...headers, 'Content-Type': 'application/json' },
    body: JSON.stringify({ n }),
  };
}
