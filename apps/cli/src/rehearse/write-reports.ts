import { appendFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { githubSummary, htmlReport, jsonReport, junitReport, type Rehearsal } from 'nestjs-lifecycle-rollout';
import { type Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import { type RehearseFlags } from './rehearse-flags.js';

interface Runs {
  readonly run: Rehearsal;
  readonly against: Rehearsal | undefined;
}

/**
 * Writes every report that was asked for.
 *
 * @throws UsageError when a file cannot be written
 */
export async function writeReports(
  { run, against }: Runs,
  flags: RehearseFlags,
  { terminal, command }: { readonly terminal: Terminal; readonly command: string },
): Promise<void> {
  const write = async (file: string | undefined, text: () => string): Promise<void> => {
    if (file === undefined) return;
    await writeFile(resolve(terminal.cwd, file), text()).catch((error: NodeJS.ErrnoException) => {
      throw new UsageError(
        `cannot write ${file} (${error.code ?? error.message}): name a file in a folder that is there`,
      );
    });
    if (!flags.quiet) terminal.stdout.write(`written: ${file}\n`);
  };
  await write(flags.html, () => htmlReport({ run, against, command }));
  await write(flags.json, () => jsonReport(run, { against, command }));
  await write(flags.junit, () => junitReport(run));
  if (flags.githubSummary) await addToSummary(githubSummary(run, { against, command }), terminal);
}

async function addToSummary(text: string, { env }: Terminal): Promise<void> {
  const file = env['GITHUB_STEP_SUMMARY'];
  if (file === undefined) {
    throw new UsageError(
      '--github-summary: GITHUB_STEP_SUMMARY is not set; it is where GitHub Actions takes summaries from',
    );
  }
  await appendFile(file, text);
}
