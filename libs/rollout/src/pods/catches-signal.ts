import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

/**
 * Whether a process has a handler of that signal at this moment: `SigCgt` of proc(5), a mask in which bit n - 1 is signal n.
 * `undefined` where the machine does not show it, and for a process that has gone.
 */
export function catchesSignal(pid: number, signal: NodeJS.Signals): boolean | undefined {
  const [, mask] = /^SigCgt:\s*([\da-f]+)$/m.exec(statusOf(pid)) ?? [];
  if (mask === undefined) return undefined;
  return ((BigInt(`0x${mask}`) >> BigInt(constants.signals[signal] - 1)) & 1n) === 1n;
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    // No /proc here, or no such process any more: nothing is known.
    return '';
  }
}
