import { INVALID } from './flaws.js';
import { type OnReport } from './graceful-shutdown-options.js';
import { type OptionField } from './option-field.js';
import { type TerminationLog } from './settings.js';

/** Where the kubelet looks for a message unless the container says otherwise. */
export const DEFAULT_TERMINATION_LOG = '/dev/termination-log';

/** Where a file goes must not depend on a slip of the pen: a bare word is refused. */
const FILE_PATH = /^(\.{0,2}[\\/]|[a-z]:[\\/])[^\0]*[^\0\\/]$/i;

/** The path of a file. */
function parseFilePath(value: unknown): string | typeof INVALID {
  return typeof value === 'string' && FILE_PATH.test(value) ? value : INVALID;
}

/** A path, or `false`. */
function parseTerminationLog(value: unknown): TerminationLog | typeof INVALID {
  if (value === false) return { path: undefined, isDefault: false };
  const path = parseFilePath(value);
  return path === INVALID ? INVALID : { path, isDefault: false };
}

/** A function; what it does is checked when it is called. */
function parseOnReport(value: unknown): OnReport | typeof INVALID {
  return typeof value === 'function' ? (value as OnReport) : INVALID;
}

/** Where the report goes. */
export const REPORT_FIELDS = {
  reportFile: {
    variable: 'SHUTDOWN_REPORT_FILE',
    allowed: "an absolute path, or one that begins with './' or '../'",
    example: "'/var/run/orders/shutdown.json'",
    fallback: 'none',
    purpose: 'a file that gets the report as JSON when the shutdown is over, whole or not at all',
    parse: parseFilePath,
    parseVariable: (text) => parseFilePath(text.trim()),
  } satisfies OptionField<string>,
  terminationLog: {
    variable: 'SHUTDOWN_TERMINATION_LOG',
    allowedInVariable: 'an absolute path, or false',
    allowed: "false, an absolute path, or one that begins with './' or '../'",
    example: "'/dev/termination-log'",
    fallback: '/dev/termination-log in Kubernetes, none elsewhere and with NODE_ENV=test',
    purpose: "the file whose text Kubernetes shows as the container's message: how the shutdown ended, for people",
    parse: parseTerminationLog,
    parseVariable: (text) => parseTerminationLog(text.trim() === 'false' ? false : text.trim()),
  } satisfies OptionField<TerminationLog>,
  onReport: {
    allowed: 'a function of the report',
    example: '(report) => console.log(report.outcome)',
    fallback: 'none',
    purpose: 'called with the report when the shutdown is over; waited for within what is left of the budget',
    parse: parseOnReport,
  } satisfies OptionField<OnReport>,
} as const;
