import { parsePrintedSettings, type PrintedSettings } from 'nestjs-lifecycle-manifest-check';
import { lastWords, moduleFile, runApp, whatHappened } from '../app/run-app.js';
import { UsageError } from '../usage-error.js';

const TIMEOUT_MS = 30_000;

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
  const full = await moduleFile({ file, by: '--app' }, cwd);
  const run = await runApp(full, {
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
      (run.isTimedOut ? tookTooLong(timeoutMs) + lastWords(run) : whatHappened(run)),
  );
}

function tookTooLong(timeoutMs: number): string {
  return (
    `it had not printed them after ${timeoutMs / 1000} s, and was stopped; something runs for ever when the file is loaded. ` +
    'Print them yourself: SHUTDOWN_PRINT_SETTINGS=1 node dist/main.js > settings.json, then --settings settings.json'
  );
}

/** What says where programs are on the machine they run on; in the image that is somewhere else. */
const OF_A_MACHINE = /^(?:PATH|HOME|TMPDIR|PWD|SHELL|USER|LD_.*|NODE_OPTIONS|NODE_PATH|NODE_EXTRA_CA_CERTS)$/;

function forThisMachine(variables: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !OF_A_MACHINE.test(name)));
}
