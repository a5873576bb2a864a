import { execFileSync } from 'node:child_process';

/** Files that a process needs besides its connections. */
const OTHER_FILES = 100;

/** As many connections as this machine lets one process have; Node raises its own limit as far as it may. */
export function affordable(connections: number): number {
  return Math.min(connections, openFiles() - OTHER_FILES);
}

function openFiles(): number {
  try {
    const limit = Number(execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }));
    return Number.isNaN(limit) ? Number.POSITIVE_INFINITY : limit;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
