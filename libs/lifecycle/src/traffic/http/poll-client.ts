/** The id of the socket.io client that a request belongs to; `undefined` before it has one. */
export function clientOfPoll(url = ''): string | undefined {
  return /[?&]sid=([^&#]+)/.exec(url)?.[1];
}
