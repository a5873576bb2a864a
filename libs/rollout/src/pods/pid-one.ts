import { spawnSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { readProc } from './proc-file.js';

/** How a command is made pid 1 of a namespace of its own, and how another is brought in there. */
export interface PidNamespace {
  readonly unshare: readonly string[];
  readonly enter: (pid: number) => readonly string[];
}

const namespaces: readonly PidNamespace[] = [
  {
    unshare: ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child=SIGKILL'],
    enter: (pid) => ['nsenter', `--target=${pid}`, '--mount', '--pid'],
  },
  {
    unshare: ['unshare', '--user', '--map-root-user', '--pid', '--fork', '--mount-proc', '--kill-child=SIGKILL'],
    enter: (pid) => ['nsenter', `--target=${pid}`, '--user', '--preserve-credentials', '--mount', '--pid'],
  },
];

/** Said when services cannot be pid 1 here. */
export const NO_PID_NAMESPACE =
  'This machine does not allow pid namespaces, so the service did not run as pid 1: that a program without a handler ignores SIGTERM in its container does not show here.';

let found: PidNamespace | undefined | 'not looked for' = 'not looked for';

/** The way that works on this machine: as root, and else with a user namespace; `undefined` where neither does. Linux only. */
export function pidNamespace(): PidNamespace | undefined {
  if (found !== 'not looked for') return found;
  found = process.platform === 'linux' ? namespaces.find(({ unshare }) => isRunnable(unshare)) : undefined;
  return found;
}

/** Whether it works in a network that this enters, as root there. */
export function pidNamespaceIn(enter: readonly string[]): PidNamespace | undefined {
  const [asRoot] = namespaces;
  if (asRoot === undefined) return undefined;
  isRootInside ??= isRunnable([...enter, ...asRoot.unshare]);
  if (!isRootInside) return undefined;
  return { unshare: asRoot.unshare, enter: (pid) => [...enter, ...asRoot.enter(pid)] };
}

let isRootInside: boolean | undefined;

/**
 * The one child of `unshare`: the service itself, which is who the signals are for. `undefined` when `unshare` ended without one.
 */
export async function onlyChildOf(pid: number, hasExited: () => boolean): Promise<number | undefined> {
  while (!hasExited()) {
    const child = childOf(pid);
    if (child !== undefined) return child;
    await delay(5);
  }
  return undefined;
}

function childOf(pid: number): number | undefined {
  // Nothing where it has ended between the question and the answer; hasExited says so next time.
  const [first = ''] = readProc(`${pid}/task/${pid}/children`).trim().split(' ');
  return first === '' ? undefined : Number(first);
}

function isRunnable([command = '', ...args]: readonly string[]): boolean {
  return spawnSync(command, [...args, 'true'], { stdio: 'ignore' }).status === 0;
}
