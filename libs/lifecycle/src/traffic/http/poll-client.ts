/** The client of socket.io that a request is of, once it has been given an id. */
export function clientOfPoll(url = ''): string | undefined {
  return /[?&]sid=([^&#]+)/.exec(url)?.[1];
}
