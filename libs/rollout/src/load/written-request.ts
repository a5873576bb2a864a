import { nearestName } from 'nestjs-lifecycle/options';
import { z } from 'zod';
import { duration } from '../schema/duration.js';
import { type RequestKind } from './load-plan.js';
import { problemOfRequest } from './problem-of-request.js';
import { toRequestKind } from './request-kind.js';

const status = z.number().int().min(100).max(599);
const bytesPerSecond = z.number().positive();
const words = z.union([
  z
    .string()
    .min(1)
    .transform((one) => [one]),
  z.array(z.string().min(1)).min(1).readonly(),
]);

/** A request by its fields. The names are the same in a load file, on a command line, and in code. */
export const writtenRequest = z.strictObject({
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
  expect: z.union([status.transform((one) => [one]), z.array(status).min(1).readonly()]).optional(),
  bodyHas: words.optional(),
  bodyHasNot: words.optional(),
  openFor: duration.optional(),
});

/** The names of its fields. */
export const REQUEST_FIELDS: readonly string[] = Object.keys(writtenRequest.shape);

/** A request by its fields, as it is written; what is read of it has one form. */
export type WrittenRequest = z.input<typeof writtenRequest>;

/** The kind of request that was written, or what is wrong with it. */
export function kindOfWritten(written: z.output<typeof writtenRequest>): RequestKind | string {
  const { json, headers, ...rest } = written;
  if (json !== undefined && rest.body !== undefined) return 'has body and json: leave one out';
  if (rest.transport === 'websocket' && (rest.method ?? 'GET').toUpperCase() !== 'GET') {
    return `a WebSocket begins with GET: leave method out`;
  }
  const fields = { ...rest, headers };
  const kind = toRequestKind(json === undefined ? fields : { ...fields, ...asJson(json, headers) });
  return problemOfRequest(kind) ?? kind;
}

/** What to write in place of a name that no field has. */
export function adviceForField(written: string, names: readonly string[] = REQUEST_FIELDS): string {
  const meant = nearestName(written, names);
  return meant === undefined ? `write one of ${names.join(', ')}` : `did you mean ${meant}?`;
}

function asJson(json: unknown, headers: Readonly<Record<string, string>> = {}): Pick<RequestKind, 'body' | 'headers'> {
  const hasType = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
  return {
    body: JSON.stringify(json),
    headers: hasType ? headers : { 'content-type': 'application/json', ...headers },
  };
}
