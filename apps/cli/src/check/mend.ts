import {
  applyFixes,
  type CheckResult,
  oneLineOf,
  type TextFile,
  type UnusableInput,
} from 'nestjs-lifecycle-manifest-check';
import { type Terminal } from '../terminal.js';
import { changedMeanwhile, isFileError, isOutside, notWritable } from './file-failure.js';
import { type FileOnDisk, type ManifestFiles } from './manifest-files.js';
import { readText } from '../read-text.js';
import { replaceFile } from './replace-file.js';

type Run = (files: readonly TextFile[]) => Promise<CheckResult>;

/** The most rounds of fixes: one may make room for another. */
const MOST_ROUNDS = 10;

/** A file, its text after all fixes, and how many they are. */
interface Mended {
  readonly before: TextFile;
  readonly after: TextFile;
  readonly count: number;
}

/** Fixes files, prints what it did, and returns what is found in them as they are on the disk now. */
export async function mend({ files, onDisk }: ManifestFiles, run: Run, terminal: Terminal): Promise<CheckResult> {
  const { mended, result } = await fixAll({ files, onDisk }, run);
  const failures: UnusableInput[] = [];
  const current: TextFile[] = [];
  let count = 0;
  for (const file of mended) {
    const failure = await save(file, onDisk.get(file.before.path));
    if (failure !== undefined) failures.push(failure);
    else count += file.count;
    current.push(failure === undefined ? file.after : file.before);
  }
  if (count > 0) terminal.stderr.write(`fixed ${counted(count)}\n`);
  terminal.stderr.write(sayWhatIsNoFile(result, onDisk));
  const now = failures.length === 0 ? result : await run(current);
  return { ...now, unusable: [...now.unusable, ...failures] };
}

async function fixAll(
  { files, onDisk }: Pick<ManifestFiles, 'files' | 'onDisk'>,
  run: Run,
): Promise<{ readonly mended: readonly Mended[]; readonly result: CheckResult }> {
  let mended: Mended[] = files.map((file) => ({ before: file, after: file, count: 0 }));
  let result = await run(files);
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const { findings } = result;
    const next = mended.map((file) => (onDisk.has(file.before.path) ? fixOne(file, findings) : file));
    if (next.every((file, index) => file.count === mended[index]?.count)) break;
    mended = next;
    result = await run(mended.map(({ after }) => after));
  }
  return { mended, result };
}

function fixOne({ before, after, count }: Mended, findings: CheckResult['findings']): Mended {
  const { path, text, applied } = applyFixes(after, findings);
  return { before, after: { path, text }, count: count + applied.length };
}

/** @returns why it could not be written */
async function save({ before, after }: Mended, place: FileOnDisk | undefined): Promise<UnusableInput | undefined> {
  if (place === undefined || after.text === before.text) return undefined;
  if (!place.isInside) return isOutside(before.path, place.real);
  try {
    if ((await readText(place.real)) !== before.text) return changedMeanwhile(before.path);
    await replaceFile(place.real, after.text);
    return undefined;
  } catch (error) {
    if (isFileError(error)) return notWritable(after.path, error);
    throw error;
  }
}

/** Fixes of what came through a pipe, or was rendered, have no place to go to. */
function sayWhatIsNoFile({ findings }: CheckResult, onDisk: ManifestFiles['onDisk']): string {
  const left = findings.filter(({ file, fix }) => fix?.isSafe === true && !onDisk.has(file));
  if (left.length === 0) return '';
  const places = [...new Set(left.map(({ file }) => oneLineOf(file)))].join(', ');
  return (
    `--fix cannot mend ${counted(left.length)} in ${places}, which is no file: ` +
    'write what the findings say into the template or the overlay that it comes from\n'
  );
}

function counted(count: number): string {
  return `${count} ${count === 1 ? 'finding' : 'findings'}`;
}
