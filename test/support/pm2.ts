import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const VERSION = '7.0.4';
/** No command of PM2 may take longer, on a slow machine. */
const DEADLINE_MS = 300_000;

/** What an ecosystem file says of an application. */
export type Pm2App = Readonly<Record<string, unknown>> & { readonly name: string };

/** A PM2 of its own: its package, its daemon and its logs are in one folder. */
export class Pm2 {
  private readonly folder = mkdtempSync(join(tmpdir(), 'pm2-'));

  /** Installs the package from the registry. */
  constructor() {
    writeFileSync(join(this.folder, 'package.json'), JSON.stringify({ private: true, dependencies: { pm2: VERSION } }));
    const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];
    execFileSync('npm', args, { cwd: this.folder, stdio: 'pipe', timeout: DEADLINE_MS });
  }

  async start(app: Pm2App): Promise<void> {
    const file = join(this.folder, 'ecosystem.config.cjs');
    writeFileSync(file, `module.exports = ${JSON.stringify({ apps: [app] })};`);
    await this.run('start', file);
  }

  /** Runs a command to its end. Rejects, with its output, when it fails. */
  async run(...args: readonly string[]): Promise<string> {
    const bin = join(this.folder, 'node_modules/pm2/bin/pm2');
    const env = { PATH: process.env.PATH, HOME: this.folder, PM2_HOME: join(this.folder, 'home'), NO_COLOR: '1' };
    const options = { env, cwd: this.folder, timeout: DEADLINE_MS, maxBuffer: 64 * 1024 * 1024 };
    const { stdout } = await promisify(execFile)(process.execPath, [bin, ...args, '--no-color'], options);
    return stdout;
  }

  /** All that the processes of its applications have written. */
  get logs(): string {
    const logs = join(this.folder, 'home/logs');
    return readdirSync(logs)
      .map((name) => readFileSync(join(logs, name), 'utf8'))
      .join('\n');
  }

  /** Ends its daemon and all that it has started. */
  async remove(): Promise<void> {
    await this.run('kill');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
