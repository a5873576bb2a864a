import { createReadStream } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { count, oneLineOf } from 'nestjs-lifecycle-shared';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { type Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import { htmlPicture } from './drawing/html-picture.js';
import { pictureOf } from './drawing/picture.js';
import { textPicture } from './drawing/text-picture.js';
import { type ReadInput, readInput } from './reading/read-input.js';
import { type Shutdown } from './shutdown.js';

/** What `report` can be told. */
export interface ReportFlags {
  readonly html?: string;
  readonly nth?: number;
  readonly list: boolean;
  readonly ascii: boolean;
  readonly plain: boolean;
  readonly width?: number;
}

const USUAL_COLUMNS = 100;

/**
 * Draws how a shutdown went: from a report, or from the lines of a log.
 *
 * @param file where they are; `-`, or nothing, for standard input
 * @throws UsageError when nothing can be read there, or there is no shutdown in it
 */
export async function report(file: string | undefined, flags: ReportFlags, terminal: Terminal): Promise<ExitCode> {
  const name = file ?? '-';
  if (file === undefined && terminal.stdin.isTTY === true)
    throw new UsageError(
      'report: name a file, or pipe a log into it: kubectl logs --previous POD | nestjs-lifecycle report',
    );
  const input = await readFrom(name, terminal);
  if (input.shutdowns.length === 0) throw new UsageError(nothingIn(name, input.lines));
  if (flags.list) return list(input, terminal);
  const picture = pictureOf(chosen(input, flags.nth));
  if (flags.html !== undefined) await write(flags.html, htmlPicture(picture), terminal.cwd);
  const others = input.left + input.shutdowns.length - 1;
  if (flags.nth === undefined && others > 0)
    terminal.stderr.write(
      `${count(others, 'more shutdown')} in it; this is the last one. --list shows all, --nth draws another.\n`,
    );
  terminal.stdout.write(textPicture(picture, lookOf(flags, terminal)));
  return EXIT_CODE.clean;
}

async function readFrom(name: string, { stdin, cwd }: Terminal): Promise<ReadInput> {
  if (name === '-') return readInput(stdin);
  try {
    const at = resolve(cwd, name);
    if ((await stat(at)).isDirectory())
      throw new UsageError(`report ${oneLineOf(name)}: it is a folder; name a file in it`);
    return await readInput(createReadStream(at));
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    throw new UsageError(`cannot read ${oneLineOf(name)} (${code}): name a file that is there`);
  }
}

function nothingIn(name: string, lines: number): string {
  const what = name === '-' ? 'standard input' : oneLineOf(name);
  if (lines === 0)
    return `report: ${what} is empty. Name the file that reportFile has, or a log: kubectl logs --previous POD | nestjs-lifecycle report`;
  return (
    `report: there is no shutdown in the ${count(lines, 'line')} of ${what}. Name the file that reportFile has, or a log with the lines of ` +
    '[GracefulShutdown], as text or as JSON: kubectl logs --previous POD | nestjs-lifecycle report'
  );
}

function chosen({ shutdowns, left }: ReadInput, nth: number | undefined): Shutdown {
  const found = nth === undefined ? shutdowns.at(-1) : shutdowns[nth - 1 - left];
  if (found !== undefined) return found();
  const all = left + shutdowns.length;
  const kept = left === 0 ? '' : `, of which the last ${shutdowns.length} can be drawn`;
  throw new UsageError(
    `--nth ${nth}: there ${all === 1 ? 'is 1 shutdown' : `are ${all} shutdowns`} in it${kept}; --list shows them`,
  );
}

function list({ shutdowns, left }: ReadInput, { stdout }: Terminal): ExitCode {
  const lines = shutdowns.map((found, index) => `${left + index + 1}  ${summaryOf(found)}`);
  const older = left === 0 ? [] : [`1 to ${left}  older ones, which are not kept`];
  stdout.write(`${[...older, ...lines].join('\n')}\n`);
  return EXIT_CODE.clean;
}

function summaryOf(found: () => Shutdown): string {
  try {
    const { headline, about } = pictureOf(found());
    return [headline, ...about].join(', ');
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
}

async function write(file: string, text: string, cwd: string): Promise<void> {
  try {
    await writeFile(resolve(cwd, file), text);
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    throw new UsageError(
      `--html ${oneLineOf(file)}: cannot be written (${code}): name a file in a folder that is there`,
    );
  }
}

/** The code of an error of the file system. */
function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

function lookOf({ ascii, plain, width }: ReportFlags, { stdout, env }: Terminal): Parameters<typeof textPicture>[1] {
  const isDumb = env['TERM'] === 'dumb';
  return {
    columns: width ?? stdout.columns ?? USUAL_COLUMNS,
    colours: stdout.isTTY === true && env['NO_COLOR'] === undefined && !isDumb,
    ascii: ascii || isDumb || isAsciiLocale(env),
    plain,
  };
}

/** A locale that says that it has nothing but ASCII. Without one, as in a container, nothing is said. */
function isAsciiLocale(env: Terminal['env']): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'];
  return locale === 'C' || locale === 'POSIX';
}
