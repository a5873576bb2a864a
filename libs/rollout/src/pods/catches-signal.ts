import { constants } from 'node:os';
import { readProc } from './proc-file.js';

/**
 * Whether a process has a handler of that signal at this moment: `SigCgt` of proc(5), a mask in which bit n - 1 is signal n.
 * `undefined` where the machine does not show it, and for a process that has gone.
 */
export function catchesSignal(pid: number, signal: NodeJS.Signals): boolean | undefined {
  const [, mask] = /^SigCgt:\s*([\da-f]+)$/m.exec(readProc(`${pid}/status`)) ?? [];
  if (mask === undefined) return undefined;
  return ((BigInt(`0x${mask}`) >> BigInt(constants.signals[signal] - 1)) & 1n) === 1n;
}
