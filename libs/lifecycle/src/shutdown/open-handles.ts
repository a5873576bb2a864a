import { type HandleOrigin, handleOrigins } from '../internals/node-handles.js';
import { type HandleOriginReport, type OpenHandleReport } from '../report/shutdown-report.js';

/** Does not keep a process alive by itself, and is there in every one. */
const USUAL: ReadonlySet<string> = new Set(['TTYWrap', 'PipeWrap', 'Immediate']);

/** How many kinds there are, and how many origins each has: a service may have thousands of clients. */
const MOST_KINDS = 30;
const MOST_ORIGINS = 10;
/** What those behind them are called. */
const OTHERS = '(others)';

/**
 * What keeps the process alive right now, by kind, the most numerous first: sockets, servers, timers, requests to the system. Node tells
 * kinds, and no more, since 17.3 (`process.getActiveResourcesInfo()`); handles that are unref'd are left out, and so are standard streams.
 * Servers, sockets and child processes have their origins as well.
 */
export function openHandles(
  kinds: () => readonly string[] = activeResources,
  origins: () => readonly HandleOrigin[] = handleOrigins,
): OpenHandleReport[] {
  const counts = counted(kinds().filter((kind) => !USUAL.has(kind)));
  const known = counts.length === 0 ? [] : origins();
  return counts.slice(0, MOST_KINDS).map(([kind, count]) => {
    const names = known.filter((origin) => origin.kind === kind).map(({ name }) => name);
    return names.length === 0 ? { kind, count } : { kind, count, origins: firstOrigins(counted(names)) };
  });
}

function firstOrigins(all: readonly (readonly [string, number])[]): HandleOriginReport[] {
  const first = all.slice(0, MOST_ORIGINS).map(([name, count]) => ({ name, count }));
  const left = all.slice(MOST_ORIGINS).reduce((sum, [, count]) => sum + count, 0);
  return left === 0 ? first : [...first, { name: OTHERS, count: left }];
}

/** How often each text is there, the most numerous first. */
function counted(texts: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a);
}

/** It is experimental, and may fail: what it tells is not worth an end without a report. */
function activeResources(): readonly string[] {
  try {
    return process.getActiveResourcesInfo();
  } catch {
    return [];
  }
}
