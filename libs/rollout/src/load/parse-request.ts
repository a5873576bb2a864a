import { nearestName } from 'nestjs-lifecycle/options';
import { METHODS } from 'node:http';
import { type RequestKind } from './load-plan.js';
import { LoadSourceError } from './reading/load-source-error.js';
import { problemsOf } from '../schema/schema-problems.js';
import { adviceForField, kindOfWritten, writtenRequest } from './written-request.js';

const EXAMPLE = `write it as 'POST /orders {"sku":1} x3'`;

/** Words that stand before the method, or instead of it. */
const TRANSPORTS: Readonly<Record<string, RequestKind['transport']>> = {
  H2: 'http2',
  SSE: 'event-stream',
  WS: 'websocket',
  GRPC: 'grpc',
};

/** Fields that a word before the method sets, as in `expect=201`; `header.NAME=` sets a header. */
const FIELDS: Readonly<Record<string, (value: string) => unknown>> = {
  name: String,
  expect: (value) => value.split(',').map((one) => (/^\d+$/.test(one) ? Number(one) : one)),
  bodyHas: String,
  bodyHasNot: String,
  openFor: (value) => (/^\d+$/.test(value) ? Number(value) : value),
  uploadBytesPerSecond: Number,
  downloadBytesPerSecond: Number,
};
const HEADER = 'header.';
const FIELD_NAMES = [...Object.keys(FIELDS), 'header.NAME'];

/** The pieces of a request as typed. */
interface Pieces {
  readonly words: readonly string[];
  readonly path: string;
  readonly body: string | undefined;
  readonly weight: number;
}

/**
 * A request as it is typed on a command line: `[FIELD=VALUE ...] [H2|SSE|WS|GRPC] [METHOD] PATH [BODY] [xWEIGHT]`, with spaces in between.
 *
 * - `/orders` is `GET /orders`; a body without a method is posted
 * - a body that begins like JSON must be JSON, and is sent as `application/json`; `{n}` in path and body is the number of the request
 * - `x3` at the very end: three times as often as others
 * - `SSE /events` is an event stream, `WS /live` a WebSocket, `H2 GET /` asks over HTTP/2
 * - `GRPC orders.v1.Orders/Get {"id":1}` is a call of gRPC, its body the message, or a list of them where the client streams
 * - `expect=201,202`, `bodyHas='"id"'`, `bodyHasNot=errors`, `openFor=30s`, `header.authorization="Bearer x"` and the other fields of a
 *   load file stand before all that, their values in quotes where they have spaces
 *
 * @throws LoadSourceError saying what to type
 */
export function parseRequest(typed: string): RequestKind {
  const fail = (message: string): never => {
    throw new LoadSourceError(JSON.stringify(typed), [{ at: '', message }]);
  };
  const { fields, headers, rest, problem: unreadable } = readFields(typed);
  if (unreadable !== undefined) return fail(unreadable);
  const pieces = split(rest);
  if (pieces === undefined) return fail(`has no path: ${EXAMPLE}`);
  const { path, body, weight } = pieces;
  const { transport, method, problem } = readWords(pieces.words);
  const found = problem ?? problemOfPieces(pieces);
  if (found !== undefined) return fail(found);
  const isJson = body !== undefined && transport !== 'grpc' && /^[[{]/.test(body);
  const all = { ...(isJson && { 'content-type': 'application/json' }), ...headers };
  const read = writtenRequest.safeParse({ ...fields, path, weight, body, headers: all, transport, method });
  if (!read.success)
    return fail(
      problemsOf(read.error.issues)
        .map(({ at, message }) => `${at}: ${message}`)
        .join('; '),
    );
  const kind = kindOfWritten(read.data);
  return typeof kind === 'string' ? fail(kind) : kind;
}

/** What stands before the request itself. */
interface ReadFields {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly rest: string;
  readonly problem?: string;
}

/** One field; a value has no space, or is in quotes. */
const FIELD = /^\s*([A-Za-z][\w.-]*)=("[^"]*"|'[^']*'|[^\s"']\S*)(?=\s)/;

function readFields(typed: string): ReadFields {
  const fields: Record<string, unknown> = {};
  const headers: Record<string, string> = {};
  let rest = typed;
  for (let field = FIELD.exec(rest); field !== null; field = FIELD.exec(rest)) {
    const [text, name = '', quoted = ''] = field;
    const value = quoted.replace(/^(["'])(.*)\1$/s, '$2');
    const read = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
    if (name.startsWith(HEADER) && name.length > HEADER.length) headers[name.slice(HEADER.length)] = value;
    else if (read === undefined) return { fields, headers, rest, problem: unknownField(name) };
    else fields[name] = read(value);
    rest = rest.slice(text.length);
  }
  return { fields, headers, rest };
}

function unknownField(name: string): string {
  return `${JSON.stringify(name)} is no field: ${adviceForField(name, FIELD_NAMES)}`;
}

function problemOfPieces({ weight, body }: Pieces): string | undefined {
  if (weight <= 0) return 'is never asked with that weight: write x1 or more';
  if (body === undefined || !/^[[{]/.test(body) || isJsonText(body)) return undefined;
  return `has a body that begins like JSON and is none: ${EXAMPLE}`;
}

function split(typed: string): Pieces | undefined {
  const [, before = '', path, rest = ''] =
    /^\s*((?:[^\s/]+\s+)*)(\/\S*|[a-z]+:\/\/\S*|[\w.]+\/\w+)([\s\S]*)$/i.exec(typed) ?? [];
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
