import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';

/** Processes that must not outlive this one. */
export interface Bequest {
  /** Their process group. */
  readonly group: number;
  /**
   * A variable that only they have, and no pod of another rehearsal: `ROLLOUT_POD` with a unique value. On Linux those are found by
   * it that have left the group.
   */
  readonly mark: string;
}

/**
 * Has the tree killed also when this process ends without a word: at its own SIGKILL, or for want of memory. A process beside it
 * holds the other end of a pipe, which the system closes whatever happened. The returned function ends that; without a tree to
 * kill there is no such process.
 */
export function bequeath({ group, mark }: Bequest): () => void {
  executor ??= start();
  const { stdin } = executor;
  heirs.add(mark);
  stdin?.write(`${JSON.stringify({ group, mark })}\n`);
  return () => {
    if (!heirs.delete(mark)) return;
    stdin?.write(`${JSON.stringify({ mark })}\n`);
    if (heirs.size > 0) return;
    stdin?.end();
    executor = undefined;
  };
}

const heirs = new Set<string>();
let executor: ChildProcess | undefined;

/** In a process group of its own: whatever ends ours must not end it. It holds nothing that keeps us from ending. */
function start(): ChildProcess {
  const child = spawn(process.execPath, ['-e', EXECUTOR], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  // Without it, processes survive only when this process is killed with SIGKILL.
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  child.unref();
  // A pipe to a child is a socket, though its type does not say so.
  if (child.stdin instanceof Socket) child.stdin.unref();
  return child;
}

/** The program of that process, in one text: it must start from compiled files and from sources alike. */
const EXECUTOR = `
const { readdirSync, readFileSync } = require('node:fs');
const trees = new Map();
const kill = (pid) => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {}
};
const hasMark = (pid, mark) => {
  try {
    return readFileSync('/proc/' + pid + '/environ', 'latin1').includes(mark);
  } catch {
    return false;
  }
};
require('node:readline')
  .createInterface({ input: process.stdin })
  .on('line', (line) => {
    const { group, mark } = JSON.parse(line);
    if (group === undefined) trees.delete(mark);
    else trees.set(mark, group);
  })
  .on('close', () => {
    for (const group of trees.values()) kill(-group);
    if (process.platform !== 'linux' || trees.size === 0) return;
    const pids = readdirSync('/proc').filter((name) => /^\\d+$/.test(name));
    for (const pid of pids) if ([...trees.keys()].some((mark) => hasMark(pid, mark))) kill(Number(pid));
  });
`;
