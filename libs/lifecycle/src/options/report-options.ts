import { INVALID } from './flaws.js';
import { type OnReport } from './graceful-shutdown-options.js';
import { type TerminationLog } from './settings.js';

/** Where the kubelet looks for a message unless the container says otherwise. */
export const DEFAULT_TERMINATION_LOG = '/dev/termination-log';

/** Where a file goes must not depend on a slip of the pen: a bare word is refused. */
const FILE_PATH = /^(\.{0,2}[\\/]|[a-z]:[\\/])[^\0]*[^\0\\/]$/i;

/** The path of a file. */
export function parseFilePath(value: unknown): string | typeof INVALID {
  return typeof value === 'string' && FILE_PATH.test(value) ? value : INVALID;
}

/** A path, or `false`. */
export function parseTerminationLog(value: unknown): TerminationLog | typeof INVALID {
  if (value === false) return { path: undefined, isDefault: false };
  const path = parseFilePath(value);
  return path === INVALID ? INVALID : { path, isDefault: false };
}

/** A function; what it does is checked when it is called. */
export function parseOnReport(value: unknown): OnReport | typeof INVALID {
  return typeof value === 'function' ? (value as OnReport) : INVALID;
}
