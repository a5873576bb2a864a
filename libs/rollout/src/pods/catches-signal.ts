import { constants } from 'node:os';
import { readProc } from './proc-file.js';

/**
 * Whether a process has a handler of that signal at this moment: `SigCgt` of proc(5), a mask in which bit n - 1 is signal n.
 * `undefined` where the machine does not show it, for a process that has gone, and where the signal has been sent and not delivered yet: a handler that goes
 * with its first signal would still be seen.
 */
export function catchesSignal(pid: number, signal: NodeJS.Signals): boolean | undefined {
  const status = readProc(`${pid}/status`);
  if (['SigPnd', 'ShdPnd'].some((mask) => hasSignal(status, mask, signal) === true)) return undefined;
  return hasSignal(status, 'SigCgt', signal);
}

function hasSignal(status: string, name: string, signal: NodeJS.Signals): boolean | undefined {
  const [, mask] = new RegExp(String.raw`^${name}:\s*([\da-f]+)$`, 'm').exec(status) ?? [];
  if (mask === undefined) return undefined;
  return ((BigInt(`0x${mask}`) >> BigInt(constants.signals[signal] - 1)) & 1n) === 1n;
}
