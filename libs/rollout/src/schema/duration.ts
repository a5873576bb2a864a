import { parseDuration } from 'nestjs-lifecycle/options';
import { z } from 'zod';

/** A duration as a user writes it; milliseconds once it is read. */
export const duration = z.union([z.string(), z.number()]).transform((value, context) => {
  const ms = parseDuration(value);
  if (ms !== undefined) return ms;
  context.addIssue(`${JSON.stringify(value)} is no length of time: write '5s', '250ms' or '2m'`);
  return z.NEVER;
});
