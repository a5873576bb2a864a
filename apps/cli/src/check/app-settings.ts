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

/** Who asks, and for which environment. */
export interface AppQuestion {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The variables that a manifest gives the service. */
  readonly variables?: Readonly<Record<string, string>>;
  /** How long the answer may take. Default: 30 s. */
  readonly timeoutMs?: number;
}

/**
 * The settings of the service whose root module is in a file, such as `dist/app.module.js`.
 *
 * @throws UsageError when they cannot be learned
 */
export async function settingsOfApp(file: string, question: AppQuestion): Promise<PrintedSettings> {
  const { cwd, env, variables = {}, timeoutMs = TIMEOUT_MS } = question;
  const full = await moduleFile(file, cwd);
  const run = await runProgram(full, {
    env: { ...env, ...forThisMachine(variables), SHUTDOWN_PRINT_SETTINGS: '1' },
    timeoutMs,
  });
  if (run.code === 0) return parsePrintedSettings(run.output, file);
  // Names alone: the others' values may be secrets.
  const withThem = Object.entries(variables).map(
    ([name, text]) => ` ${name}${name.startsWith('SHUTDOWN_') ? `=${JSON.stringify(text)}` : ''}`,
  );
  throw new UsageError(
    `--app ${file}: the settings cannot be learned from it${withThem.length > 0 ? `, with${withThem.join('')}` : ''}: ` +
      whatHappened(run, timeoutMs),
  );
}

/** What says where programs are on the machine they run on; in the image that is somewhere else. */
const OF_A_MACHINE = /^(?:PATH|HOME|TMPDIR|PWD|SHELL|USER|LD_.*|NODE_OPTIONS|NODE_PATH|NODE_EXTRA_CA_CERTS)$/;

function forThisMachine(variables: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !OF_A_MACHINE.test(name)));
}

/**
 * The whole path of what is named as the file of a root module.
 *
 * @throws UsageError when it is none
 */
export async function moduleFile(file: string, cwd: string): Promise<string> {
  const full = resolve(cwd, file);
  const status = await stat(full).catch(() => {
    throw new UsageError(`--app ${file}: there is no such file; build the service first, and name its root module`);
  });
  if (!status.isFile() || !/\.[cm]?[jt]s$/.test(full)) {
    const what = status.isDirectory() ? 'a folder' : 'no JavaScript';
    throw new UsageError(`--app ${file} is ${what}; name the file of the root module, as in --app dist/app.module.js`);
  }
  return full;
}

interface Run {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly isTimedOut: boolean;
  readonly output: string;
  readonly errors: string;
}

function whatHappened({ code, signal, isTimedOut, errors }: Run, timeoutMs: number): string {
  const said = reasonIn(errors);
  if (isTimedOut) {
    return (
      `it had not printed them after ${timeoutMs / 1000} s, and was stopped; something runs for ever when the file is loaded. ` +
      `Print them yourself: SHUTDOWN_PRINT_SETTINGS=1 node dist/main.js > settings.json, then --settings settings.json` +
      (said === '' ? '' : `. It said: ${said}`)
    );
  }
  if (said !== '') return said;
  return signal === null ? `it ended with code ${code} and said nothing` : `it was ended by ${signal} and said nothing`;
}

/** What went wrong, without where in whose code; Node prints the source line and the stack around it. */
function reasonIn(errors: string): string {
  const lines = errors.trim().split('\n');
  const stack = lines.findIndex((line) => /^\s+at /.test(line));
  if (stack === -1) return lines.slice(-MOST_LINES).join('\n');
  const before = lines.slice(0, stack);
  const start = before.findLastIndex((line) => /^\s*(?:\[?[\w$.]*(?:Error|Exception)\b|Uncaught)/.test(line));
  return before
    .slice(start === -1 ? -MOST_LINES : start)
    .slice(0, MOST_LINES)
    .join('\n')
    .trim();
}

function runProgram(
  file: string,
  { env, timeoutMs }: { readonly env: NodeJS.ProcessEnv; readonly timeoutMs: number },
): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', PROGRAM, '--', file], {
      cwd: dirname(file),
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let errors = '';
    let isTimedOut = false;
    const timer = setTimeout(() => {
      isTimedOut = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-MOST_OUTPUT)));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-MOST_OUTPUT)));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, isTimedOut, output, errors });
    });
  });
}
