import { nearestName } from 'nestjs-lifecycle/options';
import { METHODS } from 'node:http';
import { type RequestKind } from './load-plan.js';
import { LoadSourceError } from './reading/load-source-error.js';
import { problemOfRequest } from './problem-of-request.js';
import { toRequestKind } from './request-kind.js';

const EXAMPLE = `write it as 'POST /orders {"sku":1} x3'`;

/** Words that stand before the method, or instead of it. */
const TRANSPORTS: Readonly<Record<string, RequestKind['transport']>> = {
  H2: 'http2',
  SSE: 'event-stream',
  WS: 'websocket',
};

/** The pieces of a request as typed. */
interface Pieces {
  readonly words: readonly string[];
  readonly path: string;
  readonly body: string | undefined;
  readonly weight: number;
}

/**
 * A request as it is typed on a command line: `[H2|SSE|WS] [METHOD] PATH [BODY] [xWEIGHT]`, with spaces in between.
 *
 * - `/orders` is `GET /orders`; a body without a method is posted
 * - a body that begins like JSON must be JSON, and is sent as `application/json`; `{n}` in path and body is the number of the request
 * - `x3` at the very end: three times as often as others
 * - `SSE /events` is an event stream, `WS /live` a WebSocket, `H2 GET /` asks over HTTP/2
 *
 * @throws LoadSourceError saying what to type
 */
export function parseRequest(typed: string): RequestKind {
  const fail = (message: string): never => {
    throw new LoadSourceError(JSON.stringify(typed), [{ at: '', message }]);
  };
  const pieces = split(typed);
  if (pieces === undefined) return fail(`has no path: ${EXAMPLE}`);
  const { path, body, weight } = pieces;
  const { transport, method, problem } = readWords(pieces.words);
  const isJson = body !== undefined && /^[[{]/.test(body);
  const headers = isJson ? { 'content-type': 'application/json' } : undefined;
  const kind = toRequestKind({ path, weight, body, headers, transport, method });
  const found = problem ?? problemOfPieces(pieces) ?? problemOfRequest(kind);
  return found === undefined ? kind : fail(found);
}

function problemOfPieces({ weight, body }: Pieces): string | undefined {
  if (weight <= 0) return 'is never asked with that weight: write x1 or more';
  if (body === undefined || !/^[[{]/.test(body) || isJsonText(body)) return undefined;
  return `has a body that begins like JSON and is none: ${EXAMPLE}`;
}

function split(typed: string): Pieces | undefined {
  const [, before = '', path, rest = ''] = /^\s*((?:[^\s/]+\s+)*)(\/\S*|[a-z]+:\/\/\S*)([\s\S]*)$/i.exec(typed) ?? [];
  if (path === undefined) return undefined;
  const text = rest.trimEnd();
  const weight = /\sx(\d+(?:\.\d+)?)$/.exec(text);
  const body = (weight === null ? text : text.slice(0, weight.index)).trim();
  return {
    words: before.split(/\s+/).filter((word) => word !== ''),
    path,
    body: body === '' ? undefined : body,
    weight: Number(weight?.[1] ?? 1),
  };
}

function readWords(words: readonly string[]): {
  readonly transport?: RequestKind['transport'];
  readonly method?: string;
  readonly problem?: string;
} {
  const [first, ...others] = words.map((word) => word.toUpperCase());
  if (first === undefined) return {};
  const transport = TRANSPORTS[first];
  const [method, ...tooMany] = transport === undefined ? [first, ...others] : others;
  if (tooMany.length > 0) return { problem: `has too much before its path: ${EXAMPLE}` };
  if (method !== undefined && !METHODS.includes(method)) return { problem: unknownMethod(method) };
  return { ...(transport !== undefined && { transport }), ...(method !== undefined && { method }) };
}

function unknownMethod(word: string): string {
  const meant = nearestName(word, [
    'GET',
    'POST',
    'PUT',
    'PATCH',
    'DELETE',
    'HEAD',
    'OPTIONS',
    ...Object.keys(TRANSPORTS),
  ]);
  const advice = meant === undefined ? EXAMPLE : `did you mean ${meant}?`;
  return `${JSON.stringify(word)} is no method: ${advice}`;
}

function isJsonText(body: string): boolean {
  try {
    JSON.parse(body.replaceAll('{n}', '0'));
    return true;
  } catch {
    return false;
  }
}
