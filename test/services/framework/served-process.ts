import { resolve } from 'node:path';
import { type ProgramExit, startFile } from '../../support/program.js';
import { frameworkFolders, type NestMajor, serversOf } from './player-process.js';
import { type Run } from './run/play.js';

/** How a process ended after SIGTERM. */
export interface Stopped extends ProgramExit {
  /** What handlers and hooks noted, from the start on. */
  readonly noted: readonly string[];
  /** What the module reported. */
  readonly report: unknown;
}

/** Starts an application with the module in a process of its own, lets it play its exchanges, and ends it with SIGTERM. */
export async function serveAndStop({ name, kind }: Omit<Run, 'mode'>, nest: NestMajor): Promise<Stopped> {
  const file = resolve(frameworkFolders[nest], 'run/serve.js');
  const program = startFile(file, { args: [name, kind], env: serversOf(process.env) });
  await program.waitForLine(/^played/);
  program.signal('SIGTERM');
  const exit = await program.exit;
  const said = (what: string): unknown[] =>
    exit.output
      .split('\n')
      .filter((line) => line.startsWith(`${what} `))
      .map((line) => JSON.parse(line.slice(what.length)) as unknown);
  const [ended] = said('ended') as { report?: unknown }[];
  return { ...exit, noted: said('noted').map(String), report: ended?.report };
}
