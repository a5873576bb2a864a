import { type OpenHandleReport } from '../report/shutdown-report.js';

/** Does not keep a process alive by itself, and is there in every one. */
const USUAL: ReadonlySet<string> = new Set(['TTYWrap', 'PipeWrap', 'Immediate']);

/**
 * What keeps the process alive right now, by kind, the most numerous first: sockets, servers, timers, requests to the system. Node tells
 * kinds, and no more, since 17.3 (`process.getActiveResourcesInfo()`); handles that are unref'd are left out, and so are standard streams.
 */
export function openHandles(kinds: () => readonly string[] = activeResources): OpenHandleReport[] {
  const counts = new Map<string, number>();
  for (const kind of kinds()) if (!USUAL.has(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => ({ kind, count })).toSorted((a, b) => b.count - a.count);
}

/** It is experimental, and may fail: what it tells is not worth an end without a report. */
function activeResources(): readonly string[] {
  try {
    return process.getActiveResourcesInfo();
  } catch {
    return [];
  }
}
