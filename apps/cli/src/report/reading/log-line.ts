import { stripVTControlCharacters } from 'node:util';
import { type Fields, fieldsOf, numberOf } from './foreign.js';
import { isReport } from './read-report.js';
import { readSentence, type Told } from './sentences.js';

/** A line of the library in a log. */
export interface LogLine extends Told {
  /** The process that has written it, as far as the line says: lines of one process belong together. */
  readonly process: string;
  /** Wall-clock milliseconds, where the line has them that fine. */
  readonly atMs: number | undefined;
  /** The time as the line has it. */
  readonly time: string | undefined;
}

/** What stands before the sentence in plain text: Nest's context, or that of a service without Nest. */
const MARKS = ['[GracefulShutdown] ', '[lifecycle] '];
/** What a line has that can be one of ours: all others are passed over without being read. */
const WORDS = [...MARKS, 'event', 'outcome'];

/** A line of the library: of text, of JSON, or of JSON in what a container engine has written. `undefined` for all others. */
export function readLogLine(line: string): LogLine | undefined {
  if (!WORDS.some((word) => line.includes(word))) return undefined;
  const brace = line.indexOf('{');
  const fields = brace === -1 ? undefined : parsed(line.slice(brace));
  if (fields !== undefined) return ofJson(fields, line.slice(0, brace));
  return ofText(line);
}

function parsed(text: string): Fields | undefined {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    // A line of text that has a brace in it.
    return undefined;
  }
}

/** Docker's json-file driver puts each line into an object: `{"log":"…\n","stream":"stdout","time":"…"}`. */
function ofJson(line: Fields, prefix: string): LogLine | undefined {
  const { log } = line;
  if (typeof log === 'string' && 'stream' in line) return unwrapped(log, line);
  // Nest's console has what it was given in `message`; pino and winston have its fields beside their own.
  const inner = fieldsOf(line['message']);
  const fields = inner ?? line;
  if (isReport(fields)) return { event: 'shutdown-ended', fields: { report: fields }, ...from(line, prefix) };
  const { event } = fields;
  if (typeof event === 'string') return { event, fields, ...from(line, prefix) };
  // A logger that takes sentences alone.
  const text = [fields['msg'], line['message']].find((value) => typeof value === 'string');
  const told = text === undefined ? undefined : readSentence(text);
  return told === undefined ? undefined : { ...told, ...from(line, prefix) };
}

function unwrapped(log: string, { time }: Fields): LogLine | undefined {
  const line = readLogLine(log.trimEnd());
  if (line === undefined || line.atMs !== undefined || typeof time !== 'string') return line;
  return { ...line, time, atMs: fineTime(time) };
}

function from(line: Fields, prefix: string): Pick<LogLine, 'process' | 'atMs' | 'time'> {
  const time = timeOf(line) ?? isoIn(prefix);
  const parts = [containerIn(prefix), line['hostname'], line['pid']];
  const words = parts.filter((part) => typeof part === 'string' || typeof part === 'number');
  return { process: words.join(' '), time, atMs: time === undefined ? undefined : fineTime(time) };
}

/** As Nest, pino, winston, bunyan and ECS name it. */
const TIMES = ['timestamp', 'time', '@timestamp', 'ts'];

function timeOf(line: Fields): string | undefined {
  for (const name of TIMES) {
    const value = line[name];
    const ms = numberOf(value) ?? (typeof value === 'string' ? Date.parse(value) : Number.NaN);
    // Seconds would be of 1970.
    if (ms > 1e11 && ms < 8e15) return new Date(ms).toISOString();
  }
  return undefined;
}

function ofText(raw: string): LogLine | undefined {
  const line = stripVTControlCharacters(raw).trimEnd();
  const first = MARKS.map((mark) => ({ mark, at: line.indexOf(mark) })).find(({ at }) => at !== -1);
  if (first === undefined) return undefined;
  const prefix = line.slice(0, first.at);
  // A service without Nest names the level, and Nest may say how long ago its last line was.
  const text = line.slice(first.at + first.mark.length).replace(/^(?:warn|error): /, '');
  const told = readSentence(text) ?? readSentence(text.replace(/ \+\d+ms$/, ''));
  if (told === undefined) return undefined;
  const pid = /\[Nest\] (\d+)/.exec(prefix)?.[1];
  const time = isoIn(prefix) ?? nestTimeIn(prefix);
  return {
    ...told,
    process: [containerIn(prefix), pid].filter((part) => part !== undefined).join(' '),
    time,
    atMs: isoIn(prefix) === undefined ? undefined : fineTime(time),
  };
}

/** `kubectl logs --timestamps` and container engines put it first. */
function isoIn(text: string): string | undefined {
  return /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)/.exec(text)?.[0];
}

/** `11/30/2026, 9:29:40 AM`: to the second, in the time zone of the process. Other languages write it in other ways. */
function nestTimeIn(text: string): string | undefined {
  const written = /\d{1,2}\/\d{1,2}\/\d{4}, \d{1,2}:\d\d:\d\d [AP]M/.exec(text)?.[0];
  return written;
}

/** `orders-1  | `, as Docker Compose writes it, or `[pod/orders-1/app] `, as `kubectl logs --prefix` does. */
function containerIn(prefix: string): string | undefined {
  return /^(\S+)\s*\|\s/.exec(prefix)?.[1] ?? /^\[(pod\/\S+?)\] /.exec(prefix)?.[1];
}

/** Milliseconds, where the text has them. */
function fineTime(text: string | undefined): number | undefined {
  if (text === undefined || !text.includes('.')) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}
