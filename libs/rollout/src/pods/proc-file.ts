import { readFileSync } from 'node:fs';

/** What a file of /proc says; nothing where there is no /proc, or its process has gone or is another user's. */
export function readProc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, 'latin1');
  } catch {
    // The caller cannot tell these apart, and need not.
    return '';
  }
}
