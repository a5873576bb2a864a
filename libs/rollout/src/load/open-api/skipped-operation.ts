/** An operation cannot be asked from what its document says; the message says what is missing. */
export class SkippedOperation extends Error {
  override readonly name = 'SkippedOperation';
}
