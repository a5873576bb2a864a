import { spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { UsageError } from '../usage-error.js';

const MOST_OUTPUT = 1024 * 1024;
const MOST_LINES = 10;

/**
 * Creates the application context of a module in a process of its own, which prints what it is asked for, and ends
 * before anything starts. Run from the module's folder, so that it is the project's own Nest.
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

/** What was typed to name the file of a root module. */
export interface NamedModule {
  readonly file: string;
  /** The flag or the command in front of it: `--app`. */
  readonly by: string;
}

/**
 * The whole path of what is named as the file of a root module.
 *
 * @throws UsageError when it is none
 */
export async function moduleFile({ file, by }: NamedModule, cwd: string): Promise<string> {
  const full = resolve(cwd, file);
  const status = await stat(full).catch(() => {
    throw new UsageError(`${by} ${file}: there is no such file; build the service first, and name its root module`);
  });
  if (!status.isFile() || !/\.[cm]?[jt]s$/.test(full)) {
    const what = status.isDirectory() ? 'a folder' : 'no JavaScript';
    throw new UsageError(`${by} ${file} is ${what}; name the file of the root module, as in ${by} dist/app.module.js`);
  }
  return full;
}

/** How the process of the application ended. */
export interface Run {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly isTimedOut: boolean;
  readonly output: string;
  readonly errors: string;
}

/** Why an application has not printed what it was asked for. */
export function whatHappened({ code, signal, errors }: Run): string {
  const said = reasonIn(errors);
  if (said !== '') return said;
  return signal === null ? `it ended with code ${code} and said nothing` : `it was ended by ${signal} and said nothing`;
}

/** What an application that took too long has said, as the end of a sentence. */
export function lastWords({ errors }: Run): string {
  const said = reasonIn(errors);
  return said === '' ? '' : `. It said: ${said}`;
}

/** What went wrong, without where in whose code; Node prints the source line and the stack around it. */
function reasonIn(errors: string): string {
  // Loggers write colours for terminals that set FORCE_COLOR.
  const lines = stripVTControlCharacters(errors).trim().split('\n');
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

/** Creates the application of a root module in a process of its own; `env` says what it is to print. */
export function runApp(
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
