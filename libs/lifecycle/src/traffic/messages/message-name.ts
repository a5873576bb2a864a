import { isObject } from '../../errors/foreign-value.js';

/** How much of a pattern is shown: one that is longer can still be told apart by its beginning. */
const MOST_CHARACTERS = 80;

/**
 * How messages of a pattern are called in logs and the report: a string as it is, `Prices/Find` for a gRPC method, and
 * `cmd=sum, role=math` for an object. A pattern is written in code, so it carries no data.
 *
 * @param key the pattern as a server of Nest keeps it: a string, or an object as JSON
 */
export function messageName(key: string): string {
  const pattern = key.startsWith('{') ? parsed(key) : undefined;
  return shortened(pattern === undefined ? key : (grpcName(pattern) ?? pairsOf(pattern).join(', ')));
}

/** `{"service":"Prices","rpc":"Find","streaming":"no_stream"}` (Nest 11 and 12). */
function grpcName({ service, rpc, streaming }: Record<string, unknown>): string | undefined {
  if (typeof service !== 'string' || typeof rpc !== 'string' || typeof streaming !== 'string') return undefined;
  return `${service}/${rpc}`;
}

function pairsOf(pattern: Record<string, unknown>, prefix = ''): string[] {
  return Object.entries(pattern).flatMap(([key, value]) =>
    isObject(value) ? pairsOf(value, `${prefix}${key}.`) : [`${prefix}${key}=${String(value)}`],
  );
}

/** The server may have cut a deep pattern short, which is then shown as it is. */
function parsed(key: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(key);
    return isObject(value) && Object.keys(value).length > 0 ? value : undefined;
  } catch {
    // What cannot be read is shown as it is: nothing has failed.
    return undefined;
  }
}

function shortened(name: string): string {
  return name.length > MOST_CHARACTERS ? `${name.slice(0, MOST_CHARACTERS - 1)}…` : name;
}
