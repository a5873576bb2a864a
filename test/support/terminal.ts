import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import type { Capability } from './machine.js';
import { ProgramOutput } from './program-output.js';
import type { ProgramExit } from './program.js';
import { killAfterTest } from './started-programs.js';

/** A program can be started in a terminal of its own, with the `script` of util-linux, which macOS has with other options. */
export const terminals: Capability = {
  name: 'pseudo-terminals (script of util-linux)',
  isAvailable: /util-linux/.test(spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? ''),
};

export interface TerminalOptions {
  cwd: string;
  env?: NodeJS.ProcessEnv;
}

/** Runs a command line of the shell in a terminal of its own, in its foreground. Needs `terminals`. */
export function startInTerminal(commandLine: string, options: TerminalOptions): Terminal {
  const terminal = new Terminal(commandLine, options);
  killAfterTest(terminal);
  return terminal;
}

/** What a person sees of a program in a terminal, and the keys. */
export class Terminal {
  /** How the command line ended, as its shell says, once it has and all its output is read. */
  readonly exit: Promise<ProgramExit>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines = new ProgramOutput();

  constructor(commandLine: string, { cwd, env }: TerminalOptions) {
    const args = ['--quiet', '--flush', '--return', '--command', commandLine, '/dev/null'];
    this.#child = spawn('script', args, {
      cwd,
      env: { PATH: process.env.PATH, TERM: 'dumb', SHELL: '/bin/sh', ...env },
    });
    this.#lines.read(this.#child.stdout, this.#child.stderr);
    this.exit = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('close', (code, signal) => {
        this.#lines.end();
        resolve({ code, signal, output: this.#lines.text });
      });
    });
  }

  get output(): string {
    return this.#lines.text;
  }

  waitForLine(pattern: RegExp, withinMs = 30_000): Promise<RegExpExecArray> {
    return this.#lines.waitFor(pattern, withinMs);
  }

  /** Ctrl-C: the terminal sends SIGINT to every process in its foreground. */
  pressCtrlC(): void {
    this.#child.stdin.write('\x03');
  }

  /** As typed on the keyboard. */
  type(text: string): void {
    this.#child.stdin.write(text);
  }

  /** Takes the terminal away; what has run in it gets SIGHUP. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exit.catch(() => undefined);
  }
}
