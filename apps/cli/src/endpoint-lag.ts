import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import {
  formatDuration,
  LARGEST_FILE,
  NETWORK_PROGRAMMING,
  type NetworkProgramming,
  NetworkProgrammingError,
  readNetworkProgramming,
} from 'nestjs-lifecycle-manifest-check';
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
  if (file === '-') return bucketsIn(stdin);
  return bucketsIn(createReadStream(resolve(cwd, file))).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`cannot read ${file} (${error.code ?? error.message}): name a file that is there`);
  });
}

/**
 * The lines of that histogram, and one of another, which may have been taken for it. A kube-proxy answers with thousands of others, and one
 * file may hold what hundreds of them have answered.
 */
async function bucketsIn(stream: Terminal['stdin']): Promise<string> {
  const decoder = new TextDecoder();
  const kept: string[] = [];
  let other: string | undefined;
  let rest = '';
  for await (const chunk of stream) {
    const lines = `${rest}${typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })}`.split('\n');
    rest = lines.pop() ?? '';
    kept.push(...lines.filter((line) => line.includes(NETWORK_PROGRAMMING)));
    other ??= lines.find((line) => line.includes('_bucket') && !line.includes(NETWORK_PROGRAMMING));
    // No text has such a line.
    if (rest.length > LARGEST_FILE) break;
  }
  return [...kept, rest, other ?? ''].join('\n');
}

function inWords({ count, medianMs, p99Ms, lameDuckMs }: NetworkProgramming): string {
  const shown = (ms: number): string => formatDuration(Math.round(ms));
  return (
    `kube-proxy itself measured n ${count}, p50 ${shown(medianMs)}, p99 ${shown(p99Ms)}: ` +
    `the lame duck that follows is ${shown(lameDuckMs)}`
  );
}
