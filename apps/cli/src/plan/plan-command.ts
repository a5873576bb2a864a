import { lastWords, moduleFile, type Run, runApp, whatHappened } from '../app/run-app.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { type Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';

/** What `plan` can be told. */
export interface PlanFlags {
  readonly format: 'text' | 'json';
}

const TIMEOUT_MS = 30_000;
const PLAN_FORMAT = 'nestjs-lifecycle/plan';

interface PrintedPlan {
  readonly steps: readonly unknown[];
  readonly table: string;
}

/**
 * Prints what a shutdown of a service would do, in order. The providers of the service are created, as at every start; nothing is
 * initialised, and nothing listens.
 *
 * @param file its root module, as `dist/app.module.js`
 * @throws UsageError when the plan cannot be learned
 */
export async function plan(file: string, { format }: PlanFlags, terminal: Terminal): Promise<ExitCode> {
  const { cwd, env, stdout } = terminal;
  const full = await moduleFile({ file, by: 'plan' }, cwd);
  const run = await runApp(full, { env: { ...env, SHUTDOWN_PRINT_PLAN: 'json' }, timeoutMs: TIMEOUT_MS });
  const printed = run.code === 0 ? planIn(run.output) : undefined;
  if (printed === undefined) throw new UsageError(`plan ${file}: the plan cannot be learned from it: ${reason(run)}`);
  stdout.write(format === 'json' ? `${JSON.stringify(printed.steps, undefined, 2)}\n` : printed.table);
  return EXIT_CODE.clean;
}

function reason(run: Run): string {
  if (run.isTimedOut) {
    return (
      `it had not printed it after ${TIMEOUT_MS / 1000} s, and was stopped. A factory that connects waits for its server: start that, ` +
      `or set the variables that the service needs${lastWords(run)}`
    );
  }
  if (run.code === 0)
    return 'it has printed none; its nestjs-lifecycle is too old: npm install nestjs-lifecycle@latest';
  return whatHappened(run);
}

/** The application may print more on the same output. */
function planIn(output: string): PrintedPlan | undefined {
  const line = output.split('\n').find((text) => text.startsWith(`{"format":"${PLAN_FORMAT}"`));
  if (line === undefined) return undefined;
  const printed: unknown = JSON.parse(line);
  return isPlan(printed) ? printed : undefined;
}

function isPlan(value: unknown): value is PrintedPlan {
  return (
    typeof value === 'object' &&
    value !== null &&
    'steps' in value &&
    Array.isArray(value.steps) &&
    'table' in value &&
    typeof value.table === 'string'
  );
}
