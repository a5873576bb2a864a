import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { LARGEST_FILE } from 'nestjs-lifecycle-manifest-check';
import { type Terminal } from './terminal.js';

/** Reads a file, or what comes through a pipe that has a name, such as `/dev/stdin`. */
export async function readText(at: string): Promise<string> {
  const status = await stat(at);
  if (!status.isFile()) return readAll(createReadStream(at));
  // One that is far too large is not read to its end; it is refused all the same.
  return status.size > 4 * LARGEST_FILE ? ' '.repeat(LARGEST_FILE + 1) : readFile(at, 'utf8');
}

/** Reads a stream to its end, or until it is too large to be used. */
export async function readAll(stream: Terminal['stdin']): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of stream) {
    text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    if (text.length > LARGEST_FILE) break;
  }
  return text + decoder.decode();
}
