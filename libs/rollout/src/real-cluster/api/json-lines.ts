import { StringDecoder } from 'node:string_decoder';

/** An object of the API server is at most a few megabytes. */
const LONGEST_LINE = 16 * 1024 * 1024;

/**
 * The lines of a stream, each as soon as it is whole. The last one comes also without its end.
 *
 * @throws Error for a line that never ends
 */
export async function* linesOf(stream: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const part of stream) {
    rest += typeof part === 'string' ? part : decoder.write(Buffer.from(part));
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_LINE) throw new Error('a line of the answer is longer than 16 MB');
    for (const line of lines) if (line.trim() !== '') yield line;
  }
  rest += decoder.end();
  if (rest.trim() !== '') yield rest;
}
