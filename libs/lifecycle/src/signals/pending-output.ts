import { setTimeout } from 'node:timers';

/** The streams whose last lines must not be lost. A pipe holds 64 KiB; more than that waits in this process. */
const streams = (): NodeJS.WriteStream[] => [process.stdout, process.stderr];

/** Whether written output is still in this process. */
export function isOutputPending(): boolean {
  return streams().some((stream) => stream.writableLength > 0);
}

/** Resolves when all output has left the process, or cannot leave it; after `mostMs` at the latest. */
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

/** Writes call back in their order, so this resolves after all earlier ones; also when they failed. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.writableLength === 0) return Promise.resolve();
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}
