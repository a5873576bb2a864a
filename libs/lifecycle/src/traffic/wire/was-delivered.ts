/**
 * Whether an answer has been given and sent to its end. Of HTTP/2, Node calls one finished as well whose stream was reset
 * before.
 */
export function wasDelivered(response: {
  readonly writableFinished?: boolean;
  readonly writableEnded: boolean;
  readonly stream?: { readonly rstCode?: number };
}): boolean {
  const { writableEnded, writableFinished = writableEnded, stream } = response;
  return writableEnded && writableFinished && (stream?.rstCode ?? 0) === 0;
}
