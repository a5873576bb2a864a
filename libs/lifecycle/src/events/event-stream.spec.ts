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
});
