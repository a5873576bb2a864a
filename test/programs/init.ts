import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/**
 * What dumb-init and `tini -g` are in a container: starts the program of its arguments in a session of its own, passes each signal on to all
 * of it, and ends as it does.
 */
const child = spawn(process.execPath, process.argv.slice(2), { stdio: 'inherit', detached: true });

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const) {
  process.on(signal, () => {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  });
}
child.on('exit', (code, signal) => process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
