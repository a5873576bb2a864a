import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { EventWriting } from './event-writing.js';

/** A response that keeps what is written to it. */
function recordingResponse(): { readonly response: ServerResponse; readonly written: unknown[] } {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  const written: unknown[] = [];
  response.write = (chunk: unknown) => written.push(chunk) > 0;
  return { response, written };
}

/** After how many of these chunks a stream is found to be between two events. */
async function wholeAfter(chunks: readonly (string | Uint8Array)[]): Promise<number> {
  const { response, written } = recordingResponse();
  const writing = new EventWriting(response);
  response.write(': an event has begun');
  let at = 0;
  writing.whenWhole(() => (at = written.length - 1));
  for (const chunk of chunks) {
    response.write(chunk);
    await Promise.resolve();
  }
  return at;
}

describe('EventWriting', () => {
  it('finds a stream whole on which nothing has been written since it looks', () => {
    const { response } = recordingResponse();
    const onWhole = jest.fn();
    new EventWriting(response).whenWhole(onWhole);
    expect(onWhole).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['\\n', 'data: a\ndata: b\n\n'],
    ['\\r\\n', 'data: a\r\ndata: b\r\n\r\n'],
    ['\\n and \\r\\n', 'data: a\r\ndata: b\n\r\n'],
    ['\\r\\n and \\n', 'data: a\ndata: b\r\n\n'],
    ['\\r and \\r\\n', 'data: a\rdata: b\r\r\n'],
  ])('finds the end of an event at its blank line, wherever it is split: lines end in %s', async (_name, event) => {
    // The first half of \r\n ends a line by itself.
    const ends = event.endsWith('\r\n') ? [event.length, event.length - 1] : [event.length];
    for (let split = 1; split < event.length; split += 1) {
      const chunks = [event.slice(0, split), event.slice(split)];
      const expected = ends.includes(split) ? 1 : 2;
      expect([split, await wholeAfter(chunks)]).toEqual([split, expected]);
      const buffers = chunks.map((chunk) => Buffer.from(chunk));
      expect([split, await wholeAfter(buffers)]).toEqual([split, expected]);
    }
    expect(ends).toContain(await wholeAfter(Array.from(event)));
  });

  it('takes \\r alone for the end of a line', async () => {
    expect(await wholeAfter(['data: a\r', 'data: b\r', '\r'])).toBe(3);
  });

  it.each([
    ['one \\r\\n, in one chunk', ['data: a\r\n']],
    ['one \\r\\n, in two', ['data: a\r', '\n']],
    ['one \\r\\n, byte by byte', Array.from('data: a\r\n')],
    ['a blank line that more follows', ['data: a\n\ndata: b']],
    ['a part of a view of bytes', [new Uint8Array(Buffer.from('data: a\n\n')).subarray(0, 8)]],
  ])('does not take %s for the end of an event', async (_name, chunks) => {
    expect(await wholeAfter(chunks)).toBe(0);
  });

  it('reads views of bytes, and the middle of a character', async () => {
    const bytes = new Uint8Array(Buffer.from('data: ä\n\nxx'));
    expect(await wholeAfter([bytes.subarray(0, 7), bytes.subarray(7, 9), bytes.subarray(9, 10)])).toBe(3);
  });

  it('waits for what is written in the same turn, and tells once', async () => {
    const { response, written } = recordingResponse();
    const writing = new EventWriting(response);
    response.write('data: a');
    const seen: number[] = [];
    writing.whenWhole(() => seen.push(written.length));
    response.write('\n\n');
    response.write('data: b\n');
    expect(seen).toEqual([]);
    await Promise.resolve();
    // The second event is half written by now.
    expect(seen).toEqual([]);
    response.write('\n');
    await Promise.resolve();
    response.write('data: c\n\n');
    await Promise.resolve();
    expect(seen).toEqual([4]);
  });

  it('passes on what is written, whom to tell, and whether there is room', () => {
    const { response } = recordingResponse();
    const write = jest.fn(() => false);
    response.write = write;
    new EventWriting(response).whenWhole(() => undefined);
    const onWritten = (): void => undefined;
    expect(response.write('data: a', 'utf8', onWritten)).toBe(false);
    expect(write).toHaveBeenCalledWith('data: a', 'utf8', onWritten);
  });
});
