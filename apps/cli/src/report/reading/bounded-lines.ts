import { type Terminal } from '../../terminal.js';

/** A line with a report is some kilobytes, and some hundreds where thousands of requests were cut. */
export const LONGEST_LINE = 4_000_000;

/** The lines of a stream, one at a time. Of a line that is too long nothing is kept. */
export async function* boundedLines(
  stream: Terminal['stdin'],
  longest = LONGEST_LINE,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  const line = new BoundedLine(longest);
  for await (const chunk of stream) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    const [first = '', ...others] = text.split('\n');
    line.add(first);
    for (const part of others) {
      yield* line.end();
      line.add(part);
    }
  }
  line.add(decoder.decode());
  if (!line.isEmpty) yield* line.end();
}

class BoundedLine {
  #text = '';
  #isTooLong = false;

  constructor(private readonly longest: number) {}

  get isEmpty(): boolean {
    return this.#text === '';
  }

  add(text: string): void {
    this.#isTooLong ||= this.#text.length + text.length > this.longest;
    this.#text = this.#isTooLong ? '' : this.#text + text;
  }

  *end(): Generator<string, void, undefined> {
    const [text, isTooLong] = [this.#text, this.#isTooLong];
    this.#text = '';
    this.#isTooLong = false;
    if (!isTooLong) yield text;
  }
}
