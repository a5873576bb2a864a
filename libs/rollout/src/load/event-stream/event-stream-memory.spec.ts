import { EventStreamMemory } from './event-stream-memory.js';

function read(...texts: string[]): EventStreamMemory {
  const memory = new EventStreamMemory();
  for (const text of texts) memory.read(Buffer.from(text));
  return memory;
}

describe('EventStreamMemory', () => {
  it.each([
    ['nothing', [], 3000],
    ['retry: 250', ['retry: 250\n\n'], 250],
    ['no space, and CRLF', ['retry:250\r\n'], 250],
    ['any pieces', ['re', 'try', ': 2', '50\r', '\ndata: x\n'], 250],
    ['CR alone', ['retry: 1\rretry: 2\rx'], 2],
    ['what is no number', ['retry: soon\n\n'], 3000],
    ['data that looks like it', ['data: retry: 1\n\n'], 3000],
    ['a line that is not whole', ['retry: 250'], 3000],
  ])('after %s', (_what, texts, retryMs) => {
    expect(read(...texts).retryMs).toBe(retryMs);
  });

  it('knows the id of the last whole event', () => {
    const memory = read('id: 7\ndata: x\n\nid: 8\ndata: y\n');
    expect(memory.lastEventId).toBe('7');
    memory.endConnection();
    memory.read(Buffer.from('\n'));
    expect(memory.lastEventId).toBe('7');
  });

  it('does not keep a line without end', () => {
    const memory = read(...Array.from({ length: 100 }, () => 'x'.repeat(10_000)));
    memory.read(Buffer.from('\nretry: 9\n'));
    expect(memory.retryMs).toBe(9);
  });
});
