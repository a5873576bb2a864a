import { setTimeout } from 'node:timers';
import { type SignalTarget } from './signal-target.js';

/** The streams whose last lines must not be lost. A pipe holds 64 KiB; more than that waits in this process. */
const streams = (): NodeJS.WriteStream[] => [process.stdout, process.stderr];

/** Whether written output is still in this process. */
function isOutputPending(): boolean {
  return streams().some((stream) => stream.writableLength > 0);
}

/**
 * Waits for logs of applications, and then for output that a slow reader of a pipe has not taken: the last line says how the shutdown
 * went. Resolves with whether all logs have ended; `undefined` where there is nothing to wait for.
 */
export function lastLinesWritten(
  targets: Iterable<Pick<SignalTarget, 'endLogs'>>,
  mostMs: number,
): Promise<boolean> | undefined {
  const logs = Array.from(targets, (target) => target.endLogs(mostMs)).filter((ending) => ending !== undefined);
  if (logs.length === 0 && !isOutputPending()) return undefined;
  return Promise.all(logs).then(async (ended) => {
    await flushOutput(mostMs);
    return ended.every(Boolean);
  });
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
