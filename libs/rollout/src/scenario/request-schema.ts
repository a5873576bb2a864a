import { z } from 'zod';
import { type RequestKind } from '../load/load-plan.js';
import { parseRequest } from '../load/parse-request.js';
import { LoadSourceError } from '../load/reading/load-source-error.js';
import { kindOfWritten, writtenRequest } from '../load/written-request.js';

/** A path on the service. */
export const path = z.string().regex(/^\//, "a path begins with a slash, as in '/health/ready'");

/** One request: as it is typed on a command line, or with its fields. */
export const request = z.union([z.string(), writtenRequest]).transform((value, context): RequestKind => {
  if (typeof value !== 'string') {
    const kind = kindOfWritten(value);
    if (typeof kind !== 'string') return kind;
    context.addIssue(kind);
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
