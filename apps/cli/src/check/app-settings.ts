import { spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parsePrintedSettings, type PrintedSettings } from 'nestjs-lifecycle-manifest-check';
import { UsageError } from '../usage-error.js';

const TIMEOUT_MS = 30_000;
const MOST_OUTPUT = 1024 * 1024;
const MOST_LINES = 10;

/**
 * Creates the application context of a module in a process of its own, which prints its settings and ends before
 * anything starts. Run from the module's folder, so that it is the project's own Nest.
 */
const PROGRAM = `
const [file] = process.argv.slice(1);
const { createRequire } = await import('node:module');
const { pathToFileURL } = await import('node:url');
const require = createRequire(file);
const url = (name) => pathToFileURL(require.resolve(name)).href;
try { await import(url('reflect-metadata')); } catch (error) { if (error.code !== 'MODULE_NOT_FOUND') throw error; }
const { NestFactory } = await import(url('@nestjs/core'));
const all = await import(pathToFileURL(file).href);
const found = Object.assign({}, all.default, all);
const modules = Object.entries(found).filter(([name, value]) => typeof value === 'function' && /Module$/.test(name));
const [, root] = modules.find(([name]) => name === 'AppModule') ?? modules[0] ?? [];
if (root === undefined) { console.error('it exports no class whose name ends in Module'); process.exit(4); }
try {
  await NestFactory.createApplicationContext(root, { logger: false, abortOnError: false });
} catch (error) {
  console.error(error instanceof Error ? error.message : error); process.exit(4);
}
console.error('it does not import GracefulShutdownModule'); process.exit(4);
`;

/**
 * The settings of the service whose root module is in a file, such as `dist/app.module.js`.
 *
 * @throws UsageError when they cannot be learned
 */
export async function settingsOfApp(
  file: string,
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> },
): Promise<PrintedSettings> {
  const full = resolve(cwd, file);
  await stat(full).catch(() => {
    throw new UsageError(`--app ${file}: there is no such file; build the service first, and name its root module`);
  });
  const { code, output, errors } = await runProgram(full, { ...env, SHUTDOWN_PRINT_SETTINGS: '1' });
  if (code === 0) return parsePrintedSettings(output, file);
  const said = errors.trim().split('\n').slice(-MOST_LINES).join('\n') || `it ended with code ${code}`;
  throw new UsageError(`--app ${file}: the settings cannot be learned from it: ${said}`);
}

interface Run {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

function runProgram(file: string, env: NodeJS.ProcessEnv): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', PROGRAM, '--', file], {
      cwd: dirname(file),
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIMEOUT_MS,
      killSignal: 'SIGKILL',
    });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-MOST_OUTPUT)));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-MOST_OUTPUT)));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output, errors }));
  });
}
