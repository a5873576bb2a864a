import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Capability } from './machine.js';

/** No package manager may take longer for one of the small projects, on a slow machine and with an empty cache. */
const deadlineMs = 90_000;

/** The versions of a package manager, as packages of the npm registry; one version a test run, so that results can be repeated. */
const bun = `@oven/bun-${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch === 'arm64' ? 'aarch64' : process.arch}`;
const packages = {
  npm9: 'npm:npm@9.9.4',
  npm10: 'npm:npm@10.9.9',
  npm11: 'npm:npm@11.19.1',
  pnpm: '10.34.8',
  yarn1: 'npm:yarn@1.22.22',
  yarn4: 'npm:@yarnpkg/cli-dist@4.18.1',
  [bun]: '1.3.14',
};

/** A package manager by what is installed for it, and how it makes a lock file; only Yarn 1 has to install to make one. */
interface PackageManager {
  readonly file: string;
  readonly isBinary?: boolean;
  readonly args: readonly string[];
  readonly lockfile: string;
}

const npmArgs = ['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund'];
const npmOf = (folder: string): PackageManager => ({
  file: `${folder}/bin/npm-cli.js`,
  args: npmArgs,
  lockfile: 'package-lock.json',
});

const packageManagers = {
  'npm 9': npmOf('npm9'),
  'npm 10': npmOf('npm10'),
  'npm 11': npmOf('npm11'),
  pnpm: {
    file: 'pnpm/bin/pnpm.cjs',
    args: ['install', '--lockfile-only', '--ignore-scripts', '--no-frozen-lockfile'],
    lockfile: 'pnpm-lock.yaml',
  },
  'Yarn classic': {
    file: 'yarn1/bin/yarn.js',
    args: ['install', '--ignore-scripts', '--non-interactive', '--no-progress'],
    lockfile: 'yarn.lock',
  },
  'Yarn Berry': {
    file: 'yarn4/bin/yarn.js',
    args: ['install', '--mode=update-lockfile', '--no-immutable'],
    lockfile: 'yarn.lock',
  },
  Bun: {
    file: `${bun}/bin/bun`,
    isBinary: true,
    args: ['install', '--lockfile-only', '--ignore-scripts'],
    lockfile: 'bun.lock',
  },
} satisfies Record<string, PackageManager>;

export type PackageManagerName = keyof typeof packageManagers;

/** What a package manager did with a project. */
export interface Resolution {
  readonly isRefused: boolean;
  /** All that it printed. */
  readonly output: string;
}

/** The npm registry answers, as npm is set up on this machine. */
export const npmRegistry: Capability = {
  name: 'the npm registry',
  isAvailable:
    spawnSync('npm', ['view', 'rxjs@7.8.2', 'version', '--fetch-retries=0', '--prefer-online'], {
      timeout: 30_000,
      stdio: 'ignore',
      shell: process.platform === 'win32',
    }).status === 0,
};

/** Package managers in a folder of their own: a test must not depend on those that the machine happens to have. */
export class PackageManagers {
  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: packages }));
    const args = ['install', '--ignore-scripts', '--no-bin-links', '--no-audit', '--no-fund', '--no-package-lock'];
    execFileSync('npm', args, {
      cwd: folder,
      env: this.environment(),
      stdio: 'pipe',
      timeout: deadlineMs,
      shell: process.platform === 'win32',
    });
  }

  /** Makes the lock file of a project, and nothing else where the package manager can do that. */
  resolve(name: PackageManagerName, project: string, args: readonly string[] = []): Promise<Resolution> {
    const manager: PackageManager = packageManagers[name];
    return this.run(manager, project, [...manager.args, ...args]);
  }

  /** Installs a project with npm 11 for real, peers that do not fit as well, as users do who are in a hurry. */
  installAnyway(project: string): Promise<Resolution> {
    const args = ['install', '--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];
    return this.run(packageManagers['npm 11'], project, args);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async run(manager: PackageManager, cwd: string, args: readonly string[]): Promise<Resolution> {
    const file = join(this.folder, 'node_modules', manager.file);
    const [command, ...first] = manager.isBinary ? [file] : [process.execPath, file];
    const options = { cwd, env: this.environment(), timeout: deadlineMs, killSignal: 'SIGKILL' } as const;
    try {
      const { stdout, stderr } = await promisify(execFile)(command ?? file, [...first, ...args], options);
      return { isRefused: false, output: stdout + stderr };
    } catch (error) {
      return { isRefused: true, output: outputOf(error) };
    }
  }

  /** The environment without what an npm around the tests hands down, and without settings that hide what is looked for. */
  private environment(): NodeJS.ProcessEnv {
    const inherited = Object.entries(process.env).filter(([key]) => !/^(npm_|yarn_|ci$)/i.test(key));
    return {
      ...Object.fromEntries(inherited),
      npm_config_legacy_peer_deps: 'false',
      YARN_CACHE_FOLDER: join(this.folder, 'yarn-cache'),
      YARN_GLOBAL_FOLDER: join(this.folder, 'yarn'),
      YARN_ENABLE_TELEMETRY: '0',
    };
  }
}

/** The lock file that this package manager writes. */
export function lockfileOf(name: PackageManagerName): string {
  return packageManagers[name].lockfile;
}

/** What a process printed that failed, and how it failed. */
function outputOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { stdout = '', stderr = '' } = error as Error & { stdout?: string; stderr?: string }; // as `execFile` rejects
  return `${error.message}\n${stdout}${stderr}`;
}
