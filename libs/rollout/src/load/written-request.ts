import { nearestName } from 'nestjs-lifecycle/options';
import { z } from 'zod';
import { duration } from '../schema/duration.js';
import { GRPC_STATUS_NAMES, grpcStatusNumber } from './grpc/grpc-status.js';
import { type RequestKind } from './load-plan.js';
import { problemOfRequest } from './problem-of-request.js';
import { toRequestKind } from './request-kind.js';

/** A status of HTTP, or the name or the number of one of gRPC. */
const status = z.union([z.number().int().min(0).max(599), z.string()]);
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
  transport: z.enum(['http1', 'http2', 'event-stream', 'websocket', 'grpc']).optional(),
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
  if (written.json !== undefined && written.body !== undefined) return 'has body and json: leave one out';
  if (written.transport === 'grpc') return callOfWritten(written);
  const { json, headers, expect, ...rest } = written;
  const problem = problemOfWritten(written);
  if (problem !== undefined) return problem;
  const fields = { ...rest, headers, expect: expect?.map(Number) };
  const kind = toRequestKind(json === undefined ? fields : { ...fields, ...asJson(json, headers) });
  return problemOfRequest(kind) ?? kind;
}

function problemOfWritten({ transport, method, expect }: z.output<typeof writtenRequest>): string | undefined {
  if (transport === 'websocket' && (method ?? 'GET').toUpperCase() !== 'GET') {
    return `a WebSocket begins with GET: leave method out`;
  }
  const wrong = expect?.find((one) => typeof one !== 'number' || one < 100);
  if (wrong === undefined) return undefined;
  return `expects ${JSON.stringify(wrong)}, which is no status of HTTP: write a number as 201`;
}

const SERVICE_AND_METHOD = /^\/?([\w.]+\/\w+)$/;

/** Its path is written with or without a slash at the beginning, and its message as `json`, or as a body that is JSON. */
function callOfWritten({ json, expect, ...rest }: z.output<typeof writtenRequest>): RequestKind | string {
  const called = SERVICE_AND_METHOD.exec(rest.path)?.[1];
  if (called === undefined) {
    return `${JSON.stringify(rest.path)} is no method of gRPC: write its service with its package, and its name, as in 'GRPC orders.v1.Orders/Get {"id":1}'`;
  }
  if ((rest.method ?? 'POST').toUpperCase() !== 'POST') return 'a call of gRPC is a POST: leave method out';
  const codes = expect === undefined ? undefined : codesOf(expect);
  if (typeof codes === 'string') return codes;
  const message = json === undefined ? rest.body : JSON.stringify(json);
  const name = rest.name ?? `GRPC ${called}`;
  const kind = toRequestKind({ ...rest, name, method: 'POST', path: `/${called}`, body: message, expect: codes });
  return problemOfRequest(kind) ?? kind;
}

/** The numbers of statuses, or what is wrong with one. */
function codesOf(expected: readonly (string | number)[]): readonly number[] | string {
  const codes: number[] = [];
  for (const one of expected) {
    const code = grpcStatusNumber(one);
    if (code === undefined) return noStatus(one);
    codes.push(code);
  }
  return codes;
}

function noStatus(written: string | number): string {
  const meant = nearestName(String(written).toUpperCase(), GRPC_STATUS_NAMES);
  const advice = meant === undefined ? `write ${GRPC_STATUS_NAMES.join(', ')}` : `did you mean ${meant}?`;
  return `expects ${JSON.stringify(written)}, which is no status of gRPC: ${advice}`;
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
