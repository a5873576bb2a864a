import { z } from 'zod';
import { type Login, type RequestKind } from '../load/load-plan.js';
import { parseRequest } from '../load/parse-request.js';
import { LoadSourceError } from '../load/reading/load-source-error.js';
import { kindOfWritten, writtenRequest } from '../load/written-request.js';

/** A path on the service. */
export const path = z.string().regex(/^\//, "a path begins with a slash, as in '/health/ready'");

/** What takes the sentences about a value that cannot be used. */
interface Context {
  addIssue(message: string): void;
}

const typed = z.string().transform((value, context) => kindOfTyped(value, context) ?? z.NEVER);

const fields = writtenRequest.transform((value, context) => kindOfFields(value, context) ?? z.NEVER);

/** One request: as it is typed on a command line, or with its fields. */
export const request = z.union([typed, fields]);

/** The request for the token: as it is typed on a command line, or with its fields and where the token is. */
export const login = z.union([
  typed.transform((kind): Login => ({ kind, token: undefined })),
  writtenRequest.extend({ token: z.string().min(1).optional() }).transform(({ token, ...written }, context): Login => {
    const kind = kindOfFields(written, context);
    return kind === undefined ? z.NEVER : { kind, token };
  }),
]);

function kindOfFields(written: z.output<typeof writtenRequest>, context: Context): RequestKind | undefined {
  const kind = kindOfWritten(written);
  if (typeof kind !== 'string') return kind;
  context.addIssue(kind);
  return undefined;
}

function kindOfTyped(value: string, context: Context): RequestKind | undefined {
  try {
    return parseRequest(value);
  } catch (error) {
    if (!(error instanceof LoadSourceError)) throw error;
    for (const { message } of error.problems) context.addIssue(`${JSON.stringify(value)}: ${message}`);
    return undefined;
  }
}
