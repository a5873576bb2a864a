import { type Terminal } from '../../terminal.js';
import { type Shutdown } from '../shutdown.js';
import { boundedLines } from './bounded-lines.js';
import { type Fields, fieldsOf } from './foreign.js';
import { type LogLine, readLogLine } from './log-line.js';
import { readLines } from './read-lines.js';
import { isReport, readReport } from './read-report.js';

/** A report that is written over several lines, as `reportFile` has it, is far smaller. */
const LARGEST_REPORT = 16_000_000;
/** How many shutdowns of a log are kept, the newest. */
const MOST_SHUTDOWNS = 500;
/** How many processes may be in the middle of a shutdown at the same place of a log. */
const MOST_OPEN = 200;
/** How many lines of one shutdown are kept, beside its first and its last ones. */
const MOST_LINES = 5000;

/** What was read. */
export interface ReadInput {
  /** In the order in which they began; the newest of them. */
  readonly shutdowns: readonly Found[];
  /** How many there were before those. */
  readonly left: number;
  readonly lines: number;
}

/** A shutdown that was found, and is read when it is wanted: another one in the same log may be of a version that is not known. */
export type Found = () => Shutdown;

/** Reads a report, or a log with shutdowns in it, whatever else is in it. Memory does not grow with its length. */
export async function readInput(stream: Terminal['stdin']): Promise<ReadInput> {
  const whole = new WholeReport();
  const log = new ShutdownLog();
  let lines = 0;
  for await (const line of boundedLines(stream)) {
    lines += 1;
    whole.add(line);
    const read = readLogLine(line);
    if (read !== undefined) log.add(read);
  }
  const report = whole.end();
  if (report !== undefined) return { shutdowns: [() => readReport(report, { from: 'report' })], left: 0, lines };
  return { ...log.end(), lines };
}

/** Gathers the lines of what may be one report over several lines. */
class WholeReport {
  #lines: string[] | undefined = [];
  #size = 0;

  add(line: string): void {
    if (this.#lines === undefined || (this.#size === 0 && line.trim() === '')) return;
    // A line of JSON that ends is one of a log, or a report on one line: either is read as a line.
    const isOther = this.#size === 0 && !/^[\s\u{feff}]*\{(?!.*\}\s*$)/su.test(line);
    this.#size += line.length + 1;
    if (isOther || this.#size > LARGEST_REPORT) this.#lines = undefined;
    else this.#lines.push(line);
  }

  end(): Fields | undefined {
    if (this.#lines === undefined || this.#size === 0) return undefined;
    try {
      const fields = fieldsOf(JSON.parse(this.#lines.join('\n').replace(/^\u{feff}/u, '')));
      return fields !== undefined && isReport(fields) ? fields : undefined;
    } catch {
      // It is something else that begins with a brace.
      return undefined;
    }
  }
}

/** Puts the lines of each shutdown together: those of one process from its first line on. */
class ShutdownLog {
  readonly #found: LogLine[][] = [];
  readonly #open = new Map<string, LogLine[]>();
  #left = 0;

  add(line: LogLine): void {
    const { process, event } = line;
    if (event === 'shutdown-started') this.#begin(process, line);
    else if (this.#open.has(process)) this.#append(process, line);
    // Its beginning is not in this log.
    else if (event === 'shutdown-ended') this.#begin(process, line);
    if (event === 'shutdown-ended') this.#open.delete(process);
  }

  #begin(process: string, line: LogLine): void {
    const lines = [line];
    this.#open.delete(process);
    this.#open.set(process, lines);
    this.#found.push(lines);
    const [oldest] = this.#open.keys();
    if (this.#open.size > MOST_OPEN && oldest !== undefined) this.#open.delete(oldest);
    if (this.#found.length <= MOST_SHUTDOWNS) return;
    this.#found.shift();
    this.#left += 1;
  }

  #append(process: string, line: LogLine): void {
    const lines = this.#open.get(process);
    if (lines === undefined) return;
    // What is dropped is in the middle of very many.
    if (lines.length >= MOST_LINES) lines.splice(MOST_LINES - 100, 1);
    lines.push(line);
  }

  end(): Omit<ReadInput, 'lines'> {
    return { shutdowns: this.#found.map((lines) => () => readLines(lines)), left: this.#left };
  }
}
