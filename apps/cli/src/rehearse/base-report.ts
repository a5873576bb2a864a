import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readJsonReport, type SavedReport } from 'nestjs-lifecycle-rollout';
import { UsageError } from '../usage-error.js';
import { type RehearseFlags } from './rehearse-flags.js';

/**
 * What `--base` has kept of the base branch; `undefined` where nothing was named.
 *
 * @throws UsageError when it is no such report, or is used for nothing
 */
export async function baseReport(
  { base, comment, against }: RehearseFlags,
  cwd: string,
): Promise<SavedReport | undefined> {
  if (base === undefined) return undefined;
  if (comment === undefined)
    throw new UsageError(`--base ${base} is what a comment compares with: add --comment comment.md`);
  if (against !== undefined)
    throw new UsageError('--base and --against both say what to compare with: leave one of them out');
  const text = await readFile(resolve(cwd, base), 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      `cannot read --base ${base} (${error.code ?? error.message}): write it on the base branch, with --json ${base}`,
    );
  });
  const report = readJsonReport(text);
  if (report === undefined)
    throw new UsageError(`--base ${base} is no JSON report of this version: write it anew, with --json ${base}`);
  return { ...report, name: report.name ?? 'the base branch' };
}
