import { setTimeout } from 'node:timers';

/** The streams whose last lines must not be lost. A pipe holds 64 KiB; what is beyond that waits in this process. */
const streams = (): NodeJS.WriteStream[] => [process.stdout, process.stderr];

/** Whether something that was written has not left the process. */
export function isOutputPending(): boolean {
  return streams().some((stream) => stream.writableLength > 0);
}

/** Resolves when all that was written has left the process, or cannot, and after `mostMs` at the latest. */
export async function flushOutput(mostMs: number): Promise<void> {
  let stop = (): void => undefined;
  const late = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, mostMs);
    stop = () => {
      clearTimeout(timer);
      resolve();
    };
  });
  const flushed = Promise.all(streams().map(written));
  await Promise.race([flushed, late]);
  stop();
}

/** Called back in order, so behind everything that was written before; with an error too, where nothing can be done. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.writableLength === 0) return Promise.resolve();
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}
