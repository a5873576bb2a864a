import { Worker } from 'node:worker_threads';
import { once } from 'node:events';
import { type TimeLeft } from '../../in-flight/work-source.js';
import { defineKind } from '../define-kind.js';
import { fieldOf, hasFields, hasMethods, isObject } from '../shape.js';
import { threadIdle } from '../thread-idle.js';

/** Where a logger of pino 8 to 10 writes its lines: a transport in a worker, a file, or several of them. */
interface PinoStream extends NodeJS.EventEmitter {
  readonly destroyed: boolean;
  flush(done: (error?: Error | null) => void): void;
  flushSync(): void;
  end(): void;
}

/** A logger of pino in an application is found by the stream behind it, which it shares with its children. */
export const pinoStream = defineKind<PinoStream>({
  title: 'pino logger',
  type: 'log',
  timeoutMs: 5000,
  is: (value): value is PinoStream => streamsOf(value).length > 0,
  isClosed: (stream) => streamsOf(stream).every(hasEnded),
  close: async (stream) => {
    await Promise.all(streamsOf(stream).map(flush));
  },
  unfinished: () => 'lines of a pino logger',
  end: async (stream, time) => {
    await Promise.all(streamsOf(stream).map((each) => end(each, time)));
  },
  // pino would end it when the process exits, and block the event loop for that.
  force: (stream) => Promise.all(streamsOf(stream).map(terminate)),
});

/** The streams that can be flushed: of a logger with several targets in this thread, each of them. */
function streamsOf(value: object): PinoStream[] {
  const several = fieldOf(value, 'streams');
  if (!Array.isArray(several)) return isFlushable(value) ? [value] : [];
  return several.flatMap((entry: unknown) => {
    const stream = isObject(entry) ? fieldOf(entry, 'stream') : undefined;
    return isObject(stream) && isFlushable(stream) ? [stream] : [];
  });
}

/** A stream of thread-stream 2 to 4, or of sonic-boom 3 and 4. */
function isFlushable(value: object): value is PinoStream {
  return (
    hasMethods(value, ['write', 'end', 'flush', 'flushSync', 'on']) &&
    (workerOf(value) !== undefined ||
      (hasFields(value, { fd: 'number', minLength: 'number' }) && '_writingBuf' in value))
  );
}

function workerOf(value: object): Worker | undefined {
  const worker = fieldOf(value, 'worker');
  return worker instanceof Worker ? worker : undefined;
}

/** Its worker ends in the middle of what it writes, which the stream calls an error. */
async function terminate(stream: PinoStream): Promise<void> {
  const worker = workerOf(stream);
  if (worker === undefined) return;
  stream.on('error', () => undefined);
  await worker.terminate();
}

function hasEnded(stream: PinoStream): boolean {
  return stream.destroyed || Reflect.get(stream, 'writableEnded') === true;
}

function flush(stream: PinoStream): Promise<void> {
  if (hasEnded(stream)) return Promise.resolve();
  return new Promise((resolve, reject) => {
    stream.flush((error) => (error instanceof Error ? reject(error) : resolve()));
  });
}

/** What a transport in a worker has got is written by then; the line that it works on is lost when it is ended meanwhile. */
async function end(stream: PinoStream, time: TimeLeft): Promise<void> {
  await flush(stream);
  if (hasEnded(stream)) return;
  const worker = workerOf(stream);
  if (worker === undefined) return writeRest(stream);
  await threadIdle(worker, time);
  const closed = once(stream, 'close', { signal: time.signal });
  stream.end();
  await closed;
}

/** A file that is not open yet has written nothing, and cannot. */
function writeRest(stream: PinoStream): void {
  const fd = fieldOf(stream, 'fd');
  if (typeof fd === 'number' && fd >= 0) stream.flushSync();
}
