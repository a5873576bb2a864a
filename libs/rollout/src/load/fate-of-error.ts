import { type Fate } from '../ledger/request-record.js';

/** This machine has no more ports, files or memory: nothing that a service did. */
const OWN_FAILURES: ReadonlySet<string> = new Set(['EADDRNOTAVAIL', 'EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM']);

/** What an error of a connection means for the request on it. `hasOpened`: whether there was a connection at all. */
export function fateOfError(error: Error, hasOpened: boolean): { readonly fate: Fate; readonly detail: string } {
  const code = codeOf(error);
  const detail = code === undefined ? error.message : `${code}: ${error.message}`;
  if (code !== undefined && OWN_FAILURES.has(code)) return { fate: 'unfinished', detail: `this machine: ${detail}` };
  // What the parser of HTTP/1.1 does not understand has been answered, and wrongly.
  if (code?.startsWith('HPE_') === true) return { fate: 'server-error', detail };
  if (hasOpened) return { fate: 'reset', detail };
  return { fate: code === 'ETIMEDOUT' ? 'black-hole' : 'refused', detail };
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
