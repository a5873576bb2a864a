import { z } from 'zod';
import { parseDuration } from 'nestjs-lifecycle/options';

/** What a team allows a rollout to cost. `undefined` is no limit. */
export interface Limits {
  /** How slow the 99th percentile of the answers in the window of the rollout may be. */
  readonly p99: P99Limit | undefined;
  /** How many requests in the window of the rollout may be lost. */
  readonly errors: ErrorLimit | undefined;
}

/** A time, or so many times the 99th percentile of before the update. */
export type P99Limit = { readonly ms: number } | { readonly times: number };

/** A number of requests, or a share of those in the window, 0 to 1. */
export type ErrorLimit = { readonly count: number } | { readonly share: number };

const TIMES = /^(\d+(?:\.\d+)?)x$/;
const PERCENTAGE = /^(\d+(?:\.\d+)?)%$/;

/** `500ms`, a number of milliseconds, or `2x`. */
export const maxP99 = z.union([z.string(), z.number()]).transform((value, context): P99Limit => {
  const times = typeof value === 'string' ? TIMES.exec(value.trim())?.[1] : undefined;
  if (times !== undefined && Number(times) >= 1) return { times: Number(times) };
  const ms = times === undefined ? parseDuration(value) : undefined;
  if (ms !== undefined && ms > 0) return { ms };
  context.addIssue(`${JSON.stringify(value)} is no limit: write '500ms', or '2x' for twice that of before the update`);
  return z.NEVER;
});

/** `3`, or `0.1%`. */
export const maxErrors = z.union([z.string(), z.number()]).transform((value, context): ErrorLimit => {
  const text = String(value).trim();
  const percent = PERCENTAGE.exec(text)?.[1];
  if (percent !== undefined && Number(percent) <= 100) return { share: Number(percent) / 100 };
  if (/^\d+$/.test(text)) return { count: Number(text) };
  context.addIssue(`${JSON.stringify(value)} is no limit: write a number of requests as 3, or a share as '0.1%'`);
  return z.NEVER;
});
