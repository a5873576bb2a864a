import { formatDuration } from 'nestjs-lifecycle/options';

/** A duration as a person would write it: `1.5s`, `250ms`, `0s`. */
export function formatMs(ms: number): string {
  return ms === 0 ? '0s' : formatDuration(ms);
}
