/** Messages cannot be sent as it was asked for: what is wrong, and what to type. */
export class MessageError extends Error {
  override readonly name = 'MessageError';
}
