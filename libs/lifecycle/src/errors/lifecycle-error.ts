/** Stable names of everything this library can complain about; safe to switch on. */
export type LifecycleErrorCode =
  | 'INVALID_OPTIONS'
  | 'INVALID_HOOK'
  | 'DUPLICATE_IMPORT'
  | 'NOT_CONFIGURED'
  | 'NO_CLOSE_METHOD'
  | 'PROBE_PORT_UNAVAILABLE'
  | 'ILLEGAL_PHASE'
  | 'HOOK_TIMED_OUT'
  | 'GATE_DOWN'
  | 'GATE_TIMED_OUT'
  | 'SHUTTING_DOWN';

/** Base of every error thrown here. The message says what happened, why, and what to type. */
export class LifecycleError extends Error {
  override readonly name: string = 'LifecycleError';

  constructor(
    readonly code: LifecycleErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What an unknown thrown value says, for logs and the report. */
export function describeError(error: unknown): string {
  if (error instanceof Error) return error.message === '' ? error.name : error.message;
  return String(error);
}
