import { MessageError } from './message-error.js';

/** What a broker has to answer within. */
export const ANSWER_MS = 8000;

/** The value, or an error when it takes too long: clients of brokers try to connect for ever. */
export async function within<T>(promise: Promise<T>, what: string, ms = ANSWER_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new MessageError(`${what}: no answer within ${ms / 1000} s`)), ms);
  });
  // A rejection that comes after the time limit is not awaited, and must not be an unhandled one.
  promise.catch(() => undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** An address without the password. */
export function shownUrl(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
}

/** A broker that cannot be used, as `Redis cannot be reached`, and what to do. */
export function brokerError(what: string, url: string, why: string): MessageError {
  return new MessageError(`${what} at ${shownUrl(url)}: ${why}. Start it, or correct the address`);
}

export function textOfError(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
