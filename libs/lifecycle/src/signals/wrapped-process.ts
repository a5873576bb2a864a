import { readFileSync } from 'node:fs';

/**
 * Environment variables that programs set which start a service in development: npm, pnpm, yarn and bun; Turborepo; Nx.
 */
const WRAPPER_VARIABLES = ['npm_lifecycle_event', 'npm_execpath', 'TURBO_HASH', 'NX_TASK_HASH'];

/**
 * Whether another program stands between the terminal, or the supervisor, and this process. It may pass on a signal
 * that this process gets anyway. It is recognised by the environment, or, on Linux, when another process leads our
 * group.
 */
export function isWrapped(env: NodeJS.ProcessEnv, group: number | undefined): boolean {
  if (WRAPPER_VARIABLES.some((name) => (env[name] ?? '') !== '')) return true;
  // 0 is a leader outside our PID namespace: in a container, where there is no wrapper.
  return group !== undefined && group !== 0 && group !== process.pid;
}

/** The id of this process's group; `undefined` where the system does not show it. */
export function processGroup(): number | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    // proc(5): "pid (name) state ppid pgrp …", and the name may contain anything.
    const [, , group] = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return group === undefined ? undefined : Number(group);
  } catch {
    // Without /proc the group is unknown, and only the environment decides.
    return undefined;
  }
}
