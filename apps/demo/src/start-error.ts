/**
 * The service cannot start for a reason that its reader can mend: the message says what happened, why, and what to type.
 * It carries no stack, because the place in the code would hide the message.
 */
export class StartError extends Error {
  override readonly name = 'StartError';

  constructor(message: string) {
    super(message);
    this.stack = `${this.name}: ${message}`;
  }
}

/** Why something failed, in one line. A connection tried on several addresses has only a code, and no message. */
export function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.message || ('code' in cause ? String(cause.code) : cause.name);
}
