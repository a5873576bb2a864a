import { execFileSync, type ExecFileSyncOptionsWithStringEncoding } from 'node:child_process';

/** A Node to measure on. */
export interface Node {
  readonly major: number;
  /** `v24.1.0` */
  readonly version: string;
  readonly path: string;
}

const INSTALL_MS = 180_000;

/** The Node of each major: this one, what `BENCH_NODE_<major>` names, or what `npx node@<major>` brings. */
export function findNodes(majors: readonly number[]): Node[] {
  return majors.map((major) => findNode(major)).filter((node) => node !== undefined);
}

/** The Node that runs this. */
export function thisNode(): Node {
  return { major: Number(process.versions.node.split('.')[0]), version: process.version, path: process.execPath };
}

function findNode(major: number): Node | undefined {
  const current = thisNode();
  if (current.major === major) return current;
  try {
    const path = process.env[`BENCH_NODE_${major}`] ?? npxNode(major);
    const version = execFileSync(path, ['--version'], { encoding: 'utf8' }).trim();
    return { major, version, path };
  } catch (error) {
    console.error(`without Node ${major}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/** The npm package `node` has the binaries; npx keeps them in its cache. */
function npxNode(major: number): string {
  const print = 'console.log(process.execPath)';
  const args = ['--yes', `--package=node@${major}`, '--', 'node', '-e', print];
  const onWindows = process.platform === 'win32';
  const options: ExecFileSyncOptionsWithStringEncoding = {
    encoding: 'utf8',
    timeout: INSTALL_MS,
    stdio: ['ignore', 'pipe', 'ignore'],
    shell: onWindows,
  };
  return execFileSync('npx', args, options).trim();
}
