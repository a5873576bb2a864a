/** What a write says when nobody reads any more: a pipe without a reader, a terminal that has been closed. */
const GONE: ReadonlySet<unknown> = new Set(['EPIPE', 'EIO', 'ECONNRESET']);

/**
 * Keeps a log line that nobody reads from ending the process: after Ctrl-C the reader of `node app | tee log` is gone,
 * and our own line would be the first to meet that. Other errors end it as they would have. There is no undo: it is for
 * a process that is about to end.
 */
export function surviveBrokenPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    if (stream.listenerCount('error') === 0) stream.on('error', onStreamError);
  }
}

function onStreamError(error: Error & { readonly code?: unknown }): void {
  // There is nowhere left to say it; whoever has gone does not want to know.
  if (!GONE.has(error.code)) throw error;
}
