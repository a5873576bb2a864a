import { readFileSync } from 'node:fs';

/** What programs that start a service in development leave in its environment: npm, pnpm, yarn and bun; Turborepo; Nx. */
const WRAPPER_VARIABLES = ['npm_lifecycle_event', 'npm_execpath', 'TURBO_HASH', 'NX_TASK_HASH'];

/**
 * Whether another program stands between the terminal, or the supervisor, and this process: one that may pass on a signal
 * which this process gets anyway. It shows in the environment, or, on Linux, in that another process leads our group.
 */
export function isWrapped(env: NodeJS.ProcessEnv, group: number | undefined): boolean {
  if (WRAPPER_VARIABLES.some((name) => (env[name] ?? '') !== '')) return true;
  // 0 is a leader outside our PID namespace: a container, where no wrapper is.
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
    // Without /proc nothing is known of the group, and the environment decides.
    return undefined;
  }
}
