import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { existsSync } from 'node:fs';
import { type Capability } from './machine.js';
import { type Program, startFile } from './program.js';
import { root } from './repository.js';
import { killAfterTest } from './started-programs.js';

/** Where a command is; `undefined` where it is not. That of a version manager is its own file. */
export function commandPath(command: string): string | undefined {
  if (command === 'python3') {
    const { stdout } = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' });
    return stdout?.trim() || undefined;
  }
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, command)).find((path) => existsSync(path));
}

const python = commandPath('python3');

/** A listener for what systemd is told can be started. */
export const notifySockets: Capability = { name: 'python3 (a socket of systemd)', isAvailable: python !== undefined };

/** A command that not every machine has, and a listener for what it sends. */
export function commandCapability(command: string): Capability {
  return { name: `${command} and python3`, isAvailable: python !== undefined && commandPath(command) !== undefined };
}

/** A folder that has these commands and nothing else, for PATH. */
export function folderWith(...commands: readonly string[]): string {
  const folder = temporaryFolder();
  for (const command of commands) symlinkSync(commandPath(command) ?? command, join(folder, command));
  return folder;
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'notify-'));
  killAfterTest({ kill: async () => rmSync(folder, { recursive: true, force: true }) });
  return folder;
}

/** The socket of systemd, and what comes to it, a line for each assignment. */
export async function listenAsSystemd(socket = join(temporaryFolder(), 'notify')): Promise<{
  readonly socket: string;
  readonly told: Program;
}> {
  const told = startFile(join(root, 'test/support/notify-listener.py'), { nodePath: python ?? '', args: [socket] });
  await told.waitForLine(/^the socket is there$/);
  return { socket, told };
}
