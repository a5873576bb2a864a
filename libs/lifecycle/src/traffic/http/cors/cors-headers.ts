import { isPromiseLike } from '../../wire/promise-like.js';
import { isObject } from '../../../errors/foreign-value.js';

/** The headers that let a page of another origin read an answer: https://fetch.spec.whatwg.org/#http-cors-protocol */
export type CorsHeaders = Readonly<Record<string, string>>;

/**
 * Called with the headers, or with an error of a function of the application; more than once if that function answers
 * twice.
 */
export interface CorsAnswer {
  readonly done: (headers: CorsHeaders) => void;
  readonly failed: (error: unknown) => void;
}

type ForeignFunction = (...args: unknown[]) => unknown;

/** Browsers let a script read only the headers that are listed, so this one is added. */
const EXPOSED = 'Retry-After';

/**
 * The CORS headers of an answer to `origin`. The options are those of the packages cors and @fastify/cors, to which
 * Nest's `enableCors()` passes them. Answers in the same tick, unless a function of the options does not.
 */
export function corsHeadersFor(options: unknown, origin: string, answer: CorsAnswer): void {
  const { origin: rule = '*', credentials, exposedHeaders }: Record<string, unknown> = isObject(options) ? options : {};
  const decide = (allowed: unknown): void => {
    const value = allowedOrigin(allowed, origin);
    if (value === undefined) return answer.done({});
    answer.done({
      'Access-Control-Allow-Origin': value,
      ...(value === '*' ? {} : { Vary: 'Origin' }),
      ...(credentials === true ? { 'Access-Control-Allow-Credentials': 'true' } : {}),
      'Access-Control-Expose-Headers': exposing(exposedHeaders),
    });
  };
  if (typeof rule === 'function') askForeign(rule as ForeignFunction, origin, { done: decide, failed: answer.failed });
  else decide(rule);
}

/** Calls a function that answers by a callback or with a promise. */
export function askForeign(
  call: ForeignFunction,
  question: unknown,
  { done, failed }: { readonly done: (value: unknown) => void; readonly failed: (error: unknown) => void },
): void {
  const callback = (error: unknown, value: unknown): void =>
    error === null || error === undefined ? done(value) : failed(error);
  try {
    const result = call(question, callback);
    const answered = (value: unknown): void => (value === undefined ? undefined : done(value));
    if (isPromiseLike(result)) result.then(answered, failed);
  } catch (error) {
    failed(error);
  }
}

/** A list of headers that scripts may read, with `Retry-After`. */
export function exposing(listed: unknown): string {
  const names = (Array.isArray(listed) ? listed.map(String) : typeof listed === 'string' ? listed.split(',') : [])
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return names.some((name) => name.toLowerCase() === EXPOSED.toLowerCase())
    ? names.join(',')
    : [...names, EXPOSED].join(',');
}

function allowedOrigin(allowed: unknown, origin: string): string | undefined {
  if (typeof allowed === 'string' && allowed !== '') return allowed;
  const isAllowed = Array.isArray(allowed) ? allowed.some((one) => isMatch(one, origin)) : isMatch(allowed, origin);
  return isAllowed ? origin : undefined;
}

function isMatch(allowed: unknown, origin: string): boolean {
  if (allowed instanceof RegExp) return new RegExp(allowed.source, allowed.flags.replace(/[gy]/g, '')).test(origin);
  return typeof allowed === 'string' ? allowed === origin : allowed === true;
}
