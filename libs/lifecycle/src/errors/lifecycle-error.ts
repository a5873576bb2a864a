import { LONGEST_MESSAGE, shorten, textOf } from './safe-text.js';
import { sharedByCopies } from '../copies/shared-class.js';

/** Stable names of everything this library can complain about; safe to switch on. */
export type LifecycleErrorCode =
  | 'INVALID_OPTIONS'
  | 'INVALID_HOOK'
  | 'INVALID_SOURCE'
  | 'INVALID_TASK'
  | 'INVALID_COORDINATION'
  | 'INVALID_CLUSTER'
  | 'WORKER_NOT_READY'
  | 'CHILD_FAILED'
  | 'NOT_PRODUCTION_READY'
  | 'DUPLICATE_IMPORT'
  | 'NOT_CONFIGURED'
  | 'SEVERAL_VERSIONS'
  | 'UNSUPPORTED_NEST'
  | 'NO_CLOSE_METHOD'
  | 'PROBE_PORT_UNAVAILABLE'
  | 'ILLEGAL_PHASE'
  | 'HOOK_TIMED_OUT'
  | 'SOURCE_TIMED_OUT'
  | 'RESOURCE_TIMED_OUT'
  | 'METRICS_NOT_SENT'
  | 'SPANS_NOT_SENT'
  | 'GATE_DOWN'
  | 'GATE_TIMED_OUT'
  | 'HEALTH_CHECK_FAILED'
  | 'SHUTTING_DOWN'
  | 'TASK_STOPPED'
  | 'CLOSE_FAILED'
  | 'CIRCULAR_WAIT'
  | 'TEST_SERVICE_RUNNING'
  | 'TEST_SERVICE_ENDED';

/** Base of every error thrown here. The message says what happened, why, and what to type. */
@sharedByCopies('LifecycleError')
export class LifecycleError extends Error {
  override readonly name: string = 'LifecycleError';

  constructor(
    readonly code: LifecycleErrorCode,
    message: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
  }
}

/** The message of a thrown value, for logs and the report. Never throws. */
export function describeError(error: unknown): string {
  try {
    return shorten(messageOf(error), LONGEST_MESSAGE);
  } catch {
    // An object without a prototype, or with a getter that throws, has no readable message.
    return `a thrown ${typeof error} that cannot be shown`;
  }
}

/** The `message` of an error may be anything, in an untyped library or behind a proxy. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, name }: { readonly message?: unknown; readonly name?: unknown } = error;
  return message === undefined || message === '' ? textOf(name) : textOf(message);
}

/** How much of a stack is kept: its first frames show where the error was thrown. */
const LONGEST_STACK = 8000;

/** The stack of an error, if it can be read. Never throws. */
export function stackOf(error: unknown): string | undefined {
  try {
    return error instanceof Error ? shorten(textOf(error.stack), LONGEST_STACK) : undefined;
  } catch {
    return undefined;
  }
}
