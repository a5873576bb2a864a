import { type Readable } from 'node:stream';
import { type Clock } from '../../clock/clock.js';
import { paceOf, type Pace } from './pace.js';

/** How an answer is read. */
export interface ReadingOptions {
  /** `undefined`: as fast as it comes. */
  readonly bytesPerSecond: number | undefined;
  readonly clock: Clock;
  readonly onBytes: (bytes: Buffer) => void;
}

/** Reads to the end. With a rate, what is not read yet is held back, as far as the server. The returned function stops it. */
export function readAnswer(stream: Readable, { bytesPerSecond, clock, onBytes }: ReadingOptions): () => void {
  if (bytesPerSecond === undefined) {
    stream.on('data', onBytes);
    return () => stream.off('data', onBytes);
  }
  // With a listener of `readable` the stream does not flow by itself: the clock below decides when to read.
  stream.on('readable', () => undefined);
  return readInSteps(stream, paceOf(bytesPerSecond), { clock, onBytes });
}

function readInSteps(
  stream: Readable,
  { bytes, everyMs }: Pace,
  { clock, onBytes }: Pick<ReadingOptions, 'clock' | 'onBytes'>,
): () => void {
  let cancel: () => void = () => undefined;
  const wait = (): void => {
    cancel = clock.after(everyMs, step);
  };
  const step = (): void => {
    wait();
    const available = Math.min(bytes, stream.readableLength);
    const next: unknown = available > 0 ? stream.read(available) : null;
    if (Buffer.isBuffer(next)) onBytes(next);
    // A read of nothing is what lets a stream find out that it has ended.
    if (stream.readableLength === 0) stream.read(0);
  };
  step();
  const stop = (): void => cancel();
  stream.once('close', stop);
  stream.once('end', stop);
  return stop;
}
