import { join } from 'node:path';
import { type Program, startFile } from './program.js';
import { root } from './repository.js';
import { killAfterTest } from './started-programs.js';

const FOLDER = join(root, 'dist/apps/fleet');

/** Starts one program of the fleet by itself: `gateway/main.js`. */
export function startFleetProgram(file: string, env: Record<string, string>): Program {
  return startFile(join(FOLDER, file), { env: { PORT: '0', LOG_LEVEL: 'info', ...env } });
}

/** Starts the whole fleet. When its test is over without it, its processes end too. */
export function startFleet(args: string[], env: Record<string, string> = {}): Program {
  const program = startFile(join(FOLDER, 'run/main.js'), { args: ['--port', '0', '--page', '0', ...args], env });
  killAfterTest({ kill: () => endAll(program) });
  return program;
}

/** Two signals end it at once, and it ends its processes, which are no longer there for a third one. */
async function endAll(program: Program): Promise<void> {
  if (program.hasExited) return;
  program.signal('SIGINT');
  program.signal('SIGTERM');
  await program.exit;
}
