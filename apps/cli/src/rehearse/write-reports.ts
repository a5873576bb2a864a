import { constants } from 'node:fs';
import { access, appendFile, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import {
  githubComment,
  githubSummary,
  htmlReport,
  jsonReport,
  junitReport,
  ledgerReport,
  savedOf,
} from 'nestjs-lifecycle-rollout';
import { type Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import { baseReport } from './base-report.js';
import { type Runs } from './play-series.js';
import { type RehearseFlags } from './rehearse-flags.js';

/** A file that was asked for, as it was written. */
interface ReportFile {
  readonly flag: string;
  readonly file: string;
}

/**
 * Makes sure, before anything is played, that every report that was asked for can be written.
 *
 * @throws UsageError for all that cannot
 */
export async function checkReports(flags: RehearseFlags, { cwd, env }: Terminal): Promise<void> {
  const problems = await Promise.all(reportFiles(flags).map((report) => problemOf(report, cwd)));
  if (flags.githubSummary && !env['GITHUB_STEP_SUMMARY']) {
    problems.push(
      '--github-summary: GITHUB_STEP_SUMMARY is not set; it is where GitHub Actions takes summaries from. ' +
        'Elsewhere write GITHUB_STEP_SUMMARY=summary.md in front of the command.',
    );
  }
  failWith(problems);
  await baseReport(flags, cwd);
}

/**
 * Writes every report that was asked for; one that fails keeps no other from being written.
 *
 * @throws UsageError for all that could not be written
 */
export async function writeReports(
  { run, against }: Runs,
  flags: RehearseFlags,
  { terminal, command }: { readonly terminal: Terminal; readonly command: string },
): Promise<void> {
  const problems: (string | undefined)[] = [];
  const write = async (file: string | undefined, text: () => string): Promise<void> => {
    if (file === undefined) return;
    try {
      await writeFile(resolve(terminal.cwd, file), text());
    } catch (error) {
      return void problems.push(`cannot write ${file}: ${String(error)}`);
    }
    if (!flags.quiet) terminal.stdout.write(`written: ${file}\n`);
  };
  await write(flags.html, () => htmlReport({ run, against, command }));
  await write(flags.json, () => jsonReport(run, { against, command }));
  await write(flags.junit, () => junitReport(run));
  await write(flags.ledger, () => ledgerReport(run, against));
  const base = (against && savedOf(against)) ?? (await baseReport(flags, terminal.cwd));
  await write(flags.comment, () => githubComment(savedOf(run), { base, command }));
  const summary = terminal.env['GITHUB_STEP_SUMMARY'];
  if (flags.githubSummary && summary !== undefined) {
    await appendFile(summary, githubSummary(run, { against, command })).catch((error: unknown) =>
      problems.push(`cannot add to ${summary}, which GITHUB_STEP_SUMMARY names: ${String(error)}`),
    );
  }
  failWith(problems);
}

function reportFiles({ html, json, junit, ledger, comment }: RehearseFlags): ReportFile[] {
  return Object.entries({ html, json, junit, ledger, comment }).flatMap(([flag, file]) =>
    file === undefined ? [] : [{ flag, file }],
  );
}

const ENDINGS: Readonly<Record<string, string>> = { junit: 'xml', ledger: 'jsonl', comment: 'md' };

async function problemOf({ flag, file }: ReportFile, cwd: string): Promise<string | undefined> {
  if (file === '') return `--${flag}: name a file, as in --${flag} rehearsal.${ENDINGS[flag] ?? flag}`;
  const path = resolve(cwd, file);
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() === true) return `--${flag} ${file} is a folder: name a file in it`;
  const place = found === undefined ? dirname(path) : path;
  return access(place, constants.W_OK).then(
    () => undefined,
    (error: NodeJS.ErrnoException) =>
      error.code === 'ENOENT'
        ? `--${flag} ${file}: the folder is not there. Make it first: mkdir -p ${dirname(file)}`
        : `--${flag} ${file} cannot be written (${error.code ?? error.message}): name another file`,
  );
}

function failWith(problems: readonly (string | undefined)[]): void {
  const texts = problems.filter((problem) => problem !== undefined);
  if (texts.length > 0) throw new UsageError(texts.join('\n'));
}
