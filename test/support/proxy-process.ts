import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Capability } from './machine.js';
import { ProgramOutput } from './program-output.js';
import { killAfterTest } from './started-programs.js';

/** Where a proxy can be reached, and under which name it knows it. */
export interface Upstream {
  name: string;
  port: number;
}

export interface ProxyCommand {
  command: string;
  /** Its configuration, for a proxy that keeps all it writes in `folder`. */
  configuration: (folder: string) => string;
  /** What it is started with to stay in the foreground. */
  args: (configurationFile: string, folder: string) => string[];
}

// Debian keeps servers where only root looks.
const env = { PATH: `${process.env.PATH}:/usr/local/sbin:/usr/sbin` };

/** Whether a proxy is installed; Debian's package has the name of the command. */
export function installedProxy(command: string, versionFlag: string): Capability {
  return { name: command, isAvailable: spawnSync(command, [versionFlag], { env, stdio: 'ignore' }).status === 0 };
}

/** A proxy of its own for one test: configured in a temporary folder, with its log captured, stopped after the test. */
export class ProxyProcess {
  readonly folder = mkdtempSync(join(tmpdir(), 'proxy-'));
  readonly log = new ProgramOutput();
  private readonly child;
  private readonly ended: Promise<void>;

  constructor({ command, configuration, args }: ProxyCommand) {
    const file = join(this.folder, `${command}.conf`);
    writeFileSync(file, configuration(this.folder));
    this.child = spawn(command, args(file, this.folder), { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.log.read(this.child.stdout, this.child.stderr);
    this.ended = new Promise((resolve) => {
      this.child.once('error', (error) => this.log.add(String(error)));
      this.child.once('close', () => {
        this.log.end(`${command} has ended`);
        resolve();
      });
    });
    killAfterTest(this);
  }

  get hasExited(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Told to stop at once, so that its workers stop with it. */
  async kill(): Promise<void> {
    this.child.kill('SIGTERM');
    await this.ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
