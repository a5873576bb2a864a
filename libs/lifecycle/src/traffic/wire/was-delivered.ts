/**
 * Whether an answer was sent to its end. Node also calls an answer of HTTP/2 finished whose stream was reset before
 * that.
 */
export function wasDelivered(response: {
  readonly writableFinished?: boolean;
  readonly writableEnded: boolean;
  readonly stream?: { readonly rstCode?: number };
}): boolean {
  const { writableEnded, writableFinished = writableEnded, stream } = response;
  return writableEnded && writableFinished && (stream?.rstCode ?? 0) === 0;
}
