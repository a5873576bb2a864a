import { EventStream } from './event-stream.js';

describe('EventStream', () => {
  it('hands every event to every reader, in order and at once', () => {
    const events = new EventStream();
    const seen: string[] = [];
    events.read(({ type }) => seen.push(`first: ${type}`));
    events.read(({ type }) => seen.push(`second: ${type}`));
    events.emit({ type: 'boot-awaited' });
    expect(seen).toEqual(['first: boot-awaited', 'second: boot-awaited']);
    events.emit({ type: 'phase-changed', phase: 'ready' });
    expect(seen.slice(2)).toEqual(['first: phase-changed', 'second: phase-changed']);
  });

  it('lets the others read what one of its readers cannot, and says so', () => {
    const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    const events = new EventStream();
    const read: string[] = [];
    events.read(() => {
      throw new Error('cannot be read');
    });
    events.read(({ type }) => read.push(type));
    try {
      events.emit({ type: 'boot-awaited' });
      expect(write.mock.calls).toEqual([['[GracefulShutdown] telling of boot-awaited failed: cannot be read\n']]);
    } finally {
      write.mockRestore();
    }
    expect(read).toEqual(['boot-awaited']);
  });
});
