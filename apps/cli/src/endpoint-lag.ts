import { resolve } from 'node:path';
import {
  formatDuration,
  type NetworkProgramming,
  NetworkProgrammingError,
  readNetworkProgramming,
} from 'nestjs-lifecycle-manifest-check';
import { readAll, readText } from './read-text.js';
import { type Terminal } from './terminal.js';
import { UsageError } from './usage-error.js';

const PREFIX = 'metrics:';

/** Whether a cluster's own lateness is meant, as in `metrics:kube-proxy.txt`. */
export function isMeasuredLag(text: string): boolean {
  return text.startsWith(PREFIX);
}

/** How late the kube-proxies of a cluster are, and that in words. */
export interface MeasuredLag {
  readonly programming: NetworkProgramming;
  readonly told: string;
}

/**
 * Reads what kube-proxy has measured: `metrics:FILE`, or `metrics:-` for what comes through the pipe.
 *
 * @throws UsageError when the file cannot be read, or holds no such histogram
 */
export async function readMeasuredLag(text: string, terminal: Terminal): Promise<MeasuredLag> {
  const file = text.slice(PREFIX.length);
  if (file === '')
    throw new UsageError(`--endpoint-lag ${text}: name a file, as in --endpoint-lag metrics:kube-proxy.txt`);
  try {
    const programming = readNetworkProgramming(await contents(file, terminal));
    return { programming, told: inWords(programming) };
  } catch (error) {
    if (!(error instanceof NetworkProgrammingError)) throw error;
    throw new UsageError(`--endpoint-lag ${text}: ${error.message}`);
  }
}

async function contents(file: string, { stdin, cwd }: Terminal): Promise<string> {
  if (file === '-') return readAll(stdin);
  return readText(resolve(cwd, file)).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`cannot read ${file} (${error.code ?? error.message}): name a file that is there`);
  });
}

function inWords({ count, medianMs, p99Ms, lameDuckMs }: NetworkProgramming): string {
  const shown = (ms: number): string => formatDuration(Math.round(ms));
  return (
    `kube-proxy itself measured n ${count}, p50 ${shown(medianMs)}, p99 ${shown(p99Ms)}: ` +
    `the lame duck that follows is ${shown(lameDuckMs)}`
  );
}
