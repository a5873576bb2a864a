/** What was passed cannot be used. The message says what to type; it needs no stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
