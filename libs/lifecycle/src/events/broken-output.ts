import { type LostOutput } from '../report/lost-output.js';

/** Error codes of a write whose reader has gone: a pipe without a reader, a closed terminal. */
const GONE: ReadonlySet<unknown> = new Set(['EPIPE', 'EIO', 'ECONNRESET']);

const streams = { stdout: () => process.stdout, stderr: () => process.stderr };
const lost = new Map<LostOutput['stream'], LostOutput>();
const watchers = new Set<(output: LostOutput) => void>();

/**
 * Keeps a log line that cannot be written from ending the process: after Ctrl-C the reader of `node app | tee log` has
 * gone, or a disk is full. Reports the first loss of each stream, except that its reader has gone. The listeners of the
 * streams are not removed, because the process is about to end.
 *
 * @returns stops the reports
 */
export function surviveBrokenOutput(onLost: (output: LostOutput) => void): () => void {
  watchers.add(onLost);
  for (const [name, stream] of Object.entries(streams) as ['stdout' | 'stderr', () => NodeJS.WriteStream][]) {
    // A listener of the application decides what happens.
    if (stream().listenerCount('error') > 0) continue;
    stream().on('error', (error: Error) => onStreamError(name, error));
  }
  return () => void watchers.delete(onLost);
}

function onStreamError(stream: LostOutput['stream'], error: Error & { readonly code?: unknown }): void {
  // A missing reader is not reported: there is no place to report it.
  if (GONE.has(error.code) || lost.has(stream)) return;
  const output = { stream, code: typeof error.code === 'string' ? error.code : error.message };
  lost.set(stream, output);
  for (const watcher of watchers) watcher(output);
}
