/** What a write says when there is no reader any more: a pipe without a reader, a terminal that has been closed. */
const GONE: ReadonlySet<unknown> = new Set(['EPIPE', 'EIO', 'ECONNRESET']);

/** Lines that could not be written, of one stream. */
export interface LostOutput {
  readonly stream: 'stdout' | 'stderr';
  /** What the system says, such as `ENOSPC`. */
  readonly code: string;
}

const streams = { stdout: () => process.stdout, stderr: () => process.stderr };
const lost = new Map<LostOutput['stream'], LostOutput>();
const watchers = new Set<(output: LostOutput) => void>();

/**
 * Keeps a log line that cannot be written from ending the process: after Ctrl-C the reader of `node app | tee log` is
 * gone, a disk is full, a quota is used up; and our own line would be the first to meet that. Tells the first loss of
 * each stream, but not that its reader has gone. There is no undo for the streams: it is for a process that is about to end.
 *
 * @returns no longer tells
 */
export function surviveBrokenOutput(onLost: (output: LostOutput) => void): () => void {
  watchers.add(onLost);
  for (const [name, stream] of Object.entries(streams) as ['stdout' | 'stderr', () => NodeJS.WriteStream][]) {
    // Where the application listens itself, it decides.
    if (stream().listenerCount('error') > 0) continue;
    stream().on('error', (error: Error) => onStreamError(name, error));
  }
  return () => void watchers.delete(onLost);
}

function onStreamError(stream: LostOutput['stream'], error: Error & { readonly code?: unknown }): void {
  // There is nowhere left to say it: the reader has gone.
  if (GONE.has(error.code) || lost.has(stream)) return;
  const output = { stream, code: typeof error.code === 'string' ? error.code : error.message };
  lost.set(stream, output);
  for (const tell of watchers) tell(output);
}
