import { type OutgoingHttpHeaders } from 'node:http';

/** They speak of one connection, and end with it (RFC 9110 §7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]);

/**
 * What a message says beyond its connection, from Node's flat list of names and values: without what speaks of the connection, and
 * without the pseudo-headers of HTTP/2, of which `:authority` becomes `host`. `trailer` only stays where the message will be able to
 * have trailers: Node throws otherwise.
 */
export function forwardedHeaders(
  rawHeaders: readonly string[],
  { hasTrailers }: { readonly hasTrailers: boolean },
): OutgoingHttpHeaders {
  const fields = pairs(rawHeaders);
  const ofConnection = new Set(
    fields
      .filter(([name]) => name.toLowerCase() === 'connection')
      .flatMap(([, value]) => value.toLowerCase().split(','))
      .map((token) => token.trim()),
  );
  const headers = new Map<string, { readonly name: string; readonly values: string[] }>();
  for (const [written, value] of fields) {
    const name = written === ':authority' ? 'host' : written;
    const key = name.toLowerCase();
    if (key === 'trailer' && !hasTrailers) continue;
    if (key.startsWith(':') || HOP_BY_HOP.has(key) || ofConnection.has(key)) continue;
    const known = headers.get(key);
    if (known === undefined) headers.set(key, { name, values: [value] });
    else if (key !== 'host') known.values.push(value);
  }
  return Object.fromEntries(
    [...headers.values()].map(({ name, values: [first, ...more] }) => [
      name,
      more.length > 0 ? [first ?? '', ...more] : first,
    ]),
  );
}

/** Node's flat list, two and two. */
export function pairs(rawHeaders: readonly string[]): [name: string, value: string][] {
  return Array.from({ length: rawHeaders.length / 2 }, (_, index) => [
    rawHeaders[index * 2] ?? '',
    rawHeaders[index * 2 + 1] ?? '',
  ]);
}
