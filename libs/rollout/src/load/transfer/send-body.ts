import { type Writable } from 'node:stream';
import { type Clock } from '../../clock/clock.js';
import { paceOf } from './pace.js';

/** How a body is sent. */
export interface SendingOptions {
  /** `undefined`: at once. */
  readonly bytesPerSecond: number | undefined;
  readonly clock: Clock;
  readonly onProgress: () => void;
}

/** Sends a body to its end, never faster than the other side takes it. The returned function stops it where it is. */
export function sendBody(stream: Writable, body: Buffer | undefined, options: SendingOptions): () => void {
  if (body === undefined || options.bytesPerSecond === undefined) {
    stream.end(body);
    return () => undefined;
  }
  const { bytes, everyMs } = paceOf(options.bytesPerSecond);
  let sent = 0;
  let cancel: () => void = () => undefined;
  const wait = (): void => {
    cancel = options.clock.after(everyMs, step);
  };
  const step = (): void => {
    const next = body.subarray(sent, sent + bytes);
    sent += next.length;
    options.onProgress();
    if (sent === body.length) stream.end(next);
    else if (stream.write(next)) wait();
    else stream.once('drain', wait);
  };
  step();
  return () => {
    cancel();
    stream.off('drain', wait);
  };
}
