import { nearestName } from 'nestjs-lifecycle/options';
import { z } from 'zod';
import { LoadSourceError, type LoadProblem } from './reading/load-source-error.js';
import { duration } from '../schema/duration.js';
import { parseRequest } from './parse-request.js';
import { problemOfRequest } from './problem-of-request.js';
import { problemsOf } from '../schema/schema-problems.js';
import { readDocument, type SourceText } from './reading/read-document.js';
import { type RequestKind } from './load-plan.js';
import { toRequestKind } from './request-kind.js';

/** A load file as it is read. */
export type LoadFileOptions = SourceText;

/** What a load file says; what it leaves out is for others to decide. The names are those of `RehearsalOptions`. */
export interface LoadFile {
  readonly requests: readonly RequestKind[];
  readonly rate?: number;
  readonly clients?: number;
  readonly keepAliveShare?: number;
  readonly keepAliveConnections?: number;
}

const status = z.number().int().min(100).max(599);
const bytesPerSecond = z.number().positive();

const request = z.strictObject({
  name: z.string().min(1).optional(),
  method: z.string().optional(),
  path: z.string(),
  weight: z.number().positive().optional(),
  transport: z.enum(['http1', 'http2', 'event-stream', 'websocket']).optional(),
  headers: z.record(z.string(), z.union([z.string(), z.number()]).transform(String)).optional(),
  body: z.string().optional(),
  json: z.unknown().optional(),
  uploadBytesPerSecond: bytesPerSecond.optional(),
  downloadBytesPerSecond: bytesPerSecond.optional(),
  expect: z.union([status.transform((one) => [one]), z.array(status).min(1)]).optional(),
  openFor: duration.optional(),
});

const loadFile = z.strictObject({
  requests: z.array(z.union([z.string(), request])).min(1, "is empty: write at least one, as in 'GET /'"),
  rate: z.number().min(0).max(2000).optional(),
  clients: z.number().int().min(0).max(500).optional(),
  keepAliveShare: z.number().min(0).max(1).optional(),
  keepAliveConnections: z.number().int().min(1).max(1000).optional(),
});

const KEYS = { file: Object.keys(loadFile.shape), request: Object.keys(request.shape) };

/**
 * A small file of requests, in YAML or JSON: `requests`, each in one line as on the command line or with its fields, and how often
 * they come.
 *
 * @throws LoadSourceError naming the field and what to type
 */
export function readLoadFile(options: LoadFileOptions): LoadFile {
  const read = loadFile.safeParse(readDocument(options));
  if (!read.success) {
    throw new LoadSourceError(options.file, problemsOf(read.error.issues).map(withSuggestion));
  }
  const problems: LoadProblem[] = [];
  const requests = read.data.requests.flatMap((written, index) => {
    const at = `requests[${index}]`;
    const result = typeof written === 'string' ? readLine(written) : readFields(written);
    if (typeof result !== 'string') return [result];
    problems.push({ at, message: result });
    return [];
  });
  if (problems.length > 0) throw new LoadSourceError(options.file, problems);
  const { rate, clients, keepAliveShare, keepAliveConnections } = read.data;
  return {
    requests,
    ...(rate !== undefined && { rate }),
    ...(clients !== undefined && { clients }),
    ...(keepAliveShare !== undefined && { keepAliveShare }),
    ...(keepAliveConnections !== undefined && { keepAliveConnections }),
  };
}

function withSuggestion({ at, message }: LoadProblem): LoadProblem {
  if (message !== 'is no option') return { at, message };
  const written = at.split('.').at(-1) ?? at;
  const names = at.includes('.') ? KEYS.request : KEYS.file;
  const meant = nearestName(written, names);
  const advice = meant === undefined ? `write one of ${names.join(', ')}` : `did you mean ${meant}?`;
  return { at, message: `is no option: ${advice}` };
}

function readLine(written: string): RequestKind | string {
  try {
    return parseRequest(written);
  } catch (error) {
    if (error instanceof LoadSourceError) return error.problems.map(({ message }) => message).join('; ');
    throw error;
  }
}

function readFields(written: z.output<typeof request>): RequestKind | string {
  const { json, expect, openFor, headers, ...rest } = written;
  if (json !== undefined && rest.body !== undefined) return 'has body and json: leave one out';
  if (rest.transport === 'websocket' && (rest.method ?? 'GET').toUpperCase() !== 'GET') {
    return `a WebSocket begins with GET: leave method out`;
  }
  const fields = { ...rest, headers, expectStatus: expect, openForMs: openFor };
  const kind = toRequestKind(json === undefined ? fields : { ...fields, ...asJson(json, headers) });
  return problemOfRequest(kind) ?? kind;
}

function asJson(json: unknown, headers: Readonly<Record<string, string>> = {}): Pick<RequestKind, 'body' | 'headers'> {
  const hasType = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
  return {
    body: JSON.stringify(json),
    headers: hasType ? headers : { 'content-type': 'application/json', ...headers },
  };
}
