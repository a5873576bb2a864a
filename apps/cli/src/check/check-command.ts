import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  applyFixes,
  checkFiles,
  type CheckResult,
  formatGithub,
  formatJson,
  formatSarif,
  formatText,
  isAtLeast,
  parsePrintedSettings,
  type PrintedSettings,
  RULES,
  type Severity,
  type TextFile,
} from 'nestjs-lifecycle-manifest-check';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { type Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import { VERSION } from '../version.js';
import { settingsOfApp } from './app-settings.js';
import { manifestFiles } from './manifest-files.js';

/** What `nestjs-lifecycle check` can be told. */
export interface CheckFlags {
  readonly format: 'text' | 'json' | 'sarif' | 'github';
  readonly failOn: Severity | 'never';
  readonly fix: boolean;
  readonly app?: string;
  readonly settings?: string;
  readonly service?: string;
  readonly skip: readonly string[];
  readonly output?: string;
  readonly routingDelay?: number;
  readonly boot?: number;
  readonly longestRequest?: number;
}

/** The most rounds of fixes: one may make room for another. */
const MOST_ROUNDS = 10;

/**
 * Checks manifests, and mends what can be mended safely.
 *
 * @throws UsageError when what was passed cannot be used
 */
export async function check(paths: readonly string[], flags: CheckFlags, terminal: Terminal): Promise<ExitCode> {
  refuseUnknownRules(flags.skip);
  const settings = await learnSettings(flags, terminal);
  const files = await manifestFiles(paths, terminal);
  const options = {
    settings,
    service: flags.service,
    skip: flags.skip,
    facts: { routingDelayMs: flags.routingDelay, bootMs: flags.boot, longestRequestMs: flags.longestRequest },
  };
  const run = (read: readonly TextFile[]): CheckResult => checkFiles(read, options);
  const result = flags.fix ? await mend(files, run, terminal) : run(files);
  await write(toText(result, flags.format), flags, terminal);
  return exitCodeOf(result, flags.failOn);
}

function refuseUnknownRules(names: readonly string[]): void {
  const unknown = names.filter((name) => !RULES.some(({ id }) => id === name));
  if (unknown.length === 0) return;
  const known = RULES.map(({ id }) => id).toSorted((one, other) => (one < other ? -1 : 1));
  throw new UsageError(`--skip ${unknown.join(' ')}: there is no such rule. The rules are: ${known.join(', ')}`);
}

async function learnSettings({ app, settings }: CheckFlags, terminal: Terminal): Promise<PrintedSettings | undefined> {
  if (app !== undefined && settings !== undefined) {
    throw new UsageError('--app and --settings both say how the service stops: pass one of them');
  }
  if (app !== undefined) return settingsOfApp(app, terminal);
  if (settings === undefined) return undefined;
  const text = await readFile(resolve(terminal.cwd, settings), 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      `cannot read --settings ${settings} (${error.code ?? error.message}): ` +
        'print them first with SHUTDOWN_PRINT_SETTINGS=1 node dist/main.js > settings.json',
    );
  });
  return parsePrintedSettings(text, settings);
}

/** Fixes, checks again what has changed, and says what it did. */
async function mend(
  files: readonly TextFile[],
  run: (files: readonly TextFile[]) => CheckResult,
  terminal: Terminal,
): Promise<CheckResult> {
  let current = [...files];
  let result = run(current);
  let applied = 0;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const fixed = current.map((file) => applyFixes(file, isOnDisk(file) ? result.findings : []));
    const count = fixed.reduce((sum, file) => sum + file.applied.length, 0);
    if (count === 0) break;
    applied += count;
    current = fixed.map(({ path, text }) => ({ path, text }));
    result = run(current);
  }
  for (const [index, { path, text }] of current.entries()) {
    if (text !== files[index]?.text) await writeFile(resolve(terminal.cwd, path), text);
  }
  if (applied > 0) terminal.stderr.write(`fixed ${applied} ${applied === 1 ? 'finding' : 'findings'}\n`);
  return result;
}

/** What came through a pipe, or was rendered, is nowhere to be mended. */
function isOnDisk({ path }: TextFile): boolean {
  return !path.startsWith('<');
}

function toText(result: CheckResult, format: CheckFlags['format']): string {
  switch (format) {
    case 'json':
      return formatJson(result);
    case 'sarif':
      return formatSarif(result, { version: VERSION });
    case 'github':
      return formatGithub(result);
    case 'text':
      return formatText(result);
  }
}

async function write(text: string, { output }: CheckFlags, terminal: Terminal): Promise<void> {
  if (output === undefined) terminal.stdout.write(text);
  else await writeFile(resolve(terminal.cwd, output), text);
}

function exitCodeOf({ findings, unusable }: CheckResult, failOn: CheckFlags['failOn']): ExitCode {
  if (unusable.length > 0) return EXIT_CODE.unusable;
  if (failOn === 'never') return EXIT_CODE.clean;
  return findings.some(({ severity }) => isAtLeast(severity, failOn)) ? EXIT_CODE.found : EXIT_CODE.clean;
}
