import { ManualClock } from '../../../../test/support/manual-clock.js';
import { EventStream } from './event-stream.js';
import { type LifecycleEvent, type TimedEvent } from './lifecycle-event.js';

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

  it('says of every event when it has happened', async () => {
    const clock = new ManualClock();
    const events = new EventStream(clock);
    const read: unknown[] = [];
    const observed: TimedEvent[] = [];
    events.read((event, moment) => read.push({ ...event, ...moment }));
    events.observe((event) => observed.push(event));
    const start = clock.now();
    events.emit({ type: 'boot-awaited' });
    await clock.advance(1500);
    events.emit({ type: 'phase-changed', phase: 'ready' });
    expect(observed.map(({ type, atMs }) => [type, atMs - start])).toEqual([
      ['boot-awaited', 0],
      ['phase-changed', 1500],
    ]);
    expect(observed).toEqual(read);
    for (const { time } of observed) expect(new Date(time).toISOString()).toBe(time);
  });

  it('keeps the order for observers where one of them, or a reader, causes another event', () => {
    const events = new EventStream();
    const seen: string[] = [];
    const next: Partial<Record<LifecycleEvent['type'], LifecycleEvent>> = {
      'boot-awaited': { type: 'phase-changed', phase: 'stopped' },
      'phase-changed': { type: 'signal-joined', signal: 'SIGTERM' },
    };
    events.read(({ type }) => (type === 'boot-awaited' ? emitAfter(type) : undefined));
    events.observe(({ type }) => {
      seen.push(`first: ${type}`);
      if (type === 'phase-changed') emitAfter(type);
    });
    events.observe(({ type }) => seen.push(`second: ${type}`));
    function emitAfter(type: LifecycleEvent['type']): void {
      const event = next[type];
      if (event !== undefined) events.emit(event);
    }
    events.emit({ type: 'boot-awaited' });
    expect(seen).toEqual([
      'first: boot-awaited',
      'second: boot-awaited',
      'first: phase-changed',
      'second: phase-changed',
      'first: signal-joined',
      'second: signal-joined',
    ]);
  });

  it('gives observers an event that they cannot change, until they leave', () => {
    const events = new EventStream();
    const kept: TimedEvent[] = [];
    const leave = events.observe((event) => kept.push(event));
    events.emit({ type: 'boot-awaited' });
    expect(Reflect.set(kept[0] ?? {}, 'type', 'other')).toBe(false);
    leave();
    events.emit({ type: 'boot-awaited' });
    expect(kept).toHaveLength(1);
  });

  it('lets the others have what one of its readers and observers cannot read, and says so', () => {
    const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    const events = new EventStream();
    const read: string[] = [];
    const fail = (): never => {
      throw new Error('cannot be read');
    };
    events.read(fail);
    events.read(({ type }) => read.push(type));
    events.observe(fail);
    events.observe(({ type }) => read.push(`observed ${type}`));
    try {
      events.emit({ type: 'boot-awaited' });
      const line = '[GracefulShutdown] telling of boot-awaited failed: cannot be read\n';
      expect(write.mock.calls).toEqual([[line], [line]]);
    } finally {
      write.mockRestore();
    }
    expect(read).toEqual(['boot-awaited', 'observed boot-awaited']);
  });
});
