import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../package/tarball.js';

/** One version of each, so that results can be repeated. */
const packages = {
  npm: '11.19.1',
  pnpm: '10.34.8',
  yarn: '1.22.22',
  nodemon: '3.1.11',
  concurrently: '9.2.1',
  turbo: '2.6.1',
  tsx: '4.21.0',
};

export type WrapperName = keyof typeof packages;

/** The arguments of Node that run a program below each. What is started by a name is the script `start`. */
const commands: Record<WrapperName, (program: string, port: number) => string[]> = {
  npm: () => ['npm/bin/npm-cli.js', 'run', 'start'],
  pnpm: () => ['pnpm/bin/pnpm.cjs', 'run', 'start'],
  yarn: () => ['yarn/bin/yarn.js', 'run', 'start'],
  nodemon: (program, port) => ['nodemon/bin/nodemon.js', program, String(port)],
  concurrently: (program, port) => [
    'concurrently/dist/bin/concurrently.js',
    `"node ${program} ${port}"`,
    '"node --interactive"',
  ],
  turbo: () => ['turbo/bin/turbo', 'run', 'start', '--no-daemon', '--dangerously-disable-package-manager-check'],
  tsx: (program, port) => ['tsx/dist/cli.mjs', program, String(port)],
};

/** What a team in development starts its service with, installed in a project of its own, in a workspace for Turborepo. */
export class Wrappers {
  readonly folder = temporaryFolder();

  /**
   * @param program the file that each of them runs
   * @param port where it says what it does; its argument
   */
  constructor(
    private readonly program: string,
    private readonly port: number,
  ) {
    const scripts = { start: `node ${program} ${port}` };
    this.#write('package.json', {
      name: 'shop',
      private: true,
      workspaces: ['apps/*'],
      scripts,
      dependencies: packages,
    });
    this.#write('apps/api/package.json', { name: 'api', version: '1.0.0', private: true, scripts });
    this.#write('turbo.json', { ui: 'stream', tasks: { start: { cache: false, persistent: true } } });
    const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund'];
    execFileSync('npm', args, { cwd: this.folder, env: environment(), stdio: 'pipe', timeout: 90_000 });
  }

  /** The command line for the shell, to be run in `folder`. */
  commandLine(name: WrapperName): string {
    const [script = '', ...args] = commands[name](this.program, this.port);
    return [process.execPath, join(this.folder, 'node_modules', script), ...args].join(' ');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #write(file: string, content: object): void {
    const path = join(this.folder, file);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, JSON.stringify(content));
  }
}

/** The environment without what an npm around the tests hands down. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^(npm_|ci$)/i.test(key)));
}
