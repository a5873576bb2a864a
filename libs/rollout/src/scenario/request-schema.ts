import { z } from 'zod';
import { type RequestKind } from '../load/load-plan.js';
import { parseRequest } from '../load/parse-request.js';
import { problemOfRequest } from '../load/problem-of-request.js';
import { LoadSourceError } from '../load/reading/load-source-error.js';
import { toRequestKind } from '../load/request-kind.js';

/** A path on the service. */
export const path = z.string().regex(/^\//, "a path begins with a slash, as in '/health/ready'");

const described = z.strictObject({
  name: z.string().optional(),
  weight: z.number().positive().optional(),
  transport: z.enum(['http1', 'http2', 'event-stream', 'websocket']).optional(),
  method: z.string().optional(),
  path,
  headers: z.record(z.string(), z.string()).optional(),
  body: z.string().optional(),
  uploadBytesPerSecond: z.number().positive().optional(),
  downloadBytesPerSecond: z.number().positive().optional(),
  expectStatus: z.array(z.number().int()).optional(),
  openForMs: z.number().positive().optional(),
});

/** One request: as it is typed on a command line, or with its fields. */
export const request = z.union([z.string(), described]).transform((value, context): RequestKind => {
  if (typeof value !== 'string') {
    const kind = toRequestKind(value);
    const problem = problemOfRequest(kind);
    if (problem === undefined) return kind;
    context.addIssue(problem);
    return z.NEVER;
  }
  try {
    return parseRequest(value);
  } catch (error) {
    if (!(error instanceof LoadSourceError)) throw error;
    for (const { message } of error.problems) context.addIssue(`${JSON.stringify(value)}: ${message}`);
    return z.NEVER;
  }
});
