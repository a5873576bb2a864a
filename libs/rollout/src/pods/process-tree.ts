import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { POD_VARIABLE } from './pod-environment.js';
import { readProc } from './proc-file.js';

/** A pod's processes: those of one process group, and on Linux also those that left it, by the mark in their environment. */
export interface ProcessTree {
  readonly group: number;
  readonly mark: string;
}

/** A process that the kernel cannot end, as in an uninterruptible read, is left to it after this. */
const PATIENCE_MS = 5000;

/** Its processes that are alive; on Linux only. */
export function livingPids(tree: ProcessTree): number[] {
  return process.platform === 'linux' ? processesOf(tree) : [];
}

/** SIGKILL for all that is left of a tree, until nothing is. */
export async function killRemains(tree: ProcessTree): Promise<void> {
  const start = performance.now();
  while (killTree(tree) > 0 && performance.now() - start < PATIENCE_MS) await delay(5);
}

/** SIGKILL for all of a tree, at once and without looking back. Returns how many there were. */
export function killTree(tree: ProcessTree): number {
  const alive = process.platform === 'linux' ? processesOf(tree) : [-tree.group];
  return alive.filter((pid) => sendSignal(pid, 'SIGKILL')).length;
}

/** Sends a signal; false when there is no such process (any more). */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    // EPERM is what macOS says of a group in which only zombies are left. Node's errors are none of a test's own realm, as in Jest.
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
    if (code === 'ESRCH' || code === 'EPERM') return false;
    throw error;
  }
}

function processesOf({ group, mark }: ProcessTree): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => isAlive(pid, group) || hasMark(pid, mark)).map(Number);
}

/** Alive and of that group; proc(5): after the name in parentheses come state, parent and group. */
function isAlive(pid: string, group: number): boolean {
  const stat = readProc(`${pid}/stat`);
  const [state = '', , ofGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(ofGroup) === group && !'ZX'.includes(state);
}

/** A zombie's environment is empty, so it is not among them. */
function hasMark(pid: string, mark: string): boolean {
  return readProc(`${pid}/environ`).includes(`${POD_VARIABLE}=${mark}`);
}
