import { type MessagePlan } from './message-plan.js';

/** What stands for the number of a message. */
export const NUMBER = '{n}';

/** Marks the messages of one rehearsal: what another one has left in the queue is none of its own. */
export class MessageMarks {
  readonly #pattern: RegExp;

  constructor(private readonly run: string) {
    this.#pattern = new RegExp(`^rehearsal-${run}-(\\d{1,9})$`);
  }

  markOf(number: number): string {
    return `rehearsal-${this.run}-${number}`;
  }

  numberOf(mark: string): number | undefined {
    const found = this.#pattern.exec(mark)?.[1];
    return found === undefined ? undefined : Number(found);
  }
}

/** What is sent: the body with its number in it, in a packet of Nest where there is a pattern. */
export function textOf({ body, pattern, expectsReply }: MessagePlan, number: number, mark: string): string {
  const own = body.replaceAll(NUMBER, String(number));
  if (pattern === undefined) return own;
  const packet = { pattern: patternOf(pattern), data: dataOf(own), ...(expectsReply && { id: mark }) };
  return JSON.stringify(packet);
}

/** Nest has patterns that are texts, and such that are objects: `{"cmd":"place"}`. */
export function patternOf(pattern: string): unknown {
  const value = dataOf(pattern);
  return typeof value === 'object' && value !== null ? value : pattern;
}

/** A body that is no JSON is a text. */
export function dataOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** How an error of Nest begins. Of a long one no more may be at hand than its beginning, which is no JSON. */
const ERROR_BEGINS = /^\s*\{\s*"err"\s*:\s*(?!null\b|false\b)(?=\S)/;

/** So much is said of an error of which only the beginning is at hand. */
const SHOWN_OF_ERROR = 200;

/** Whether an answer says that the handler failed, as Nest's own do: `{"err":…}`; what it says. */
export function errorOf(body: string): string | undefined {
  const value = dataOf(body);
  if (typeof value === 'string') return beginningOfError(value);
  if (typeof value !== 'object' || value === null || !('err' in value)) return undefined;
  const { err } = value;
  if (err === undefined || err === null || err === false) return undefined;
  return typeof err === 'string' ? err : JSON.stringify(err);
}

function beginningOfError(text: string): string | undefined {
  const begin = ERROR_BEGINS.exec(text)?.[0];
  return begin === undefined ? undefined : `${text.slice(begin.length, begin.length + SHOWN_OF_ERROR)}…`;
}

/** Finds the number in a line of the log. */
export function lineReader(handledLine: string): (line: string) => number | undefined {
  const [before = '', after = ''] = handledLine.split(NUMBER);
  const escaped = (text: string): string => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
  const pattern = new RegExp(`${before === '' ? String.raw`(?<!\d)` : escaped(before)}(\\d+)(?!\\d)${escaped(after)}`);
  return (line) => {
    const found = pattern.exec(line)?.[1];
    return found === undefined ? undefined : Number(found);
  };
}
