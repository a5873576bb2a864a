import { ManualClock } from '../../../../test/support/manual-clock.js';
import { Deadline } from '../deadline/deadline.js';
import { EventStream } from '../events/event-stream.js';
import { type LifecycleEvent } from '../events/lifecycle-event.js';
import { EndableWaits } from './endable-waits.js';

describe('EndableWaits', () => {
  let clock: ManualClock;
  let told: LifecycleEvent[];
  let waits: EndableWaits;

  beforeEach(() => {
    clock = new ManualClock();
    told = [];
    const events = new EventStream();
    events.read((event) => told.push(event));
    waits = new EndableWaits(clock, events);
  });

  it('ends the one there is, and tells it once', async () => {
    const deadline = new Deadline(clock, clock.now() + 60_000).limitedBy(waits.begin('lame-duck'));
    let isOver = false;
    deadline.onReached(() => {
      isOver = true;
    });
    expect(waits.end('urgent')).toBe('lame-duck');
    expect(waits.end('again')).toBe('lame-duck');
    await clock.advance(0);
    expect(isOver).toBe(true);
    expect(waits.isAsked('lame-duck')).toBe(true);
    expect(waits.isAsked('draining')).toBe(false);
    expect(told).toEqual([{ type: 'wait-ended', phase: 'lame-duck', by: 'urgent' }]);
  });

  it('ends nothing where nothing is waited for', () => {
    expect(waits.end('early')).toBeUndefined();
    waits.begin('draining');
    waits.over();
    expect(waits.end('late')).toBeUndefined();
    expect(told).toEqual([]);
  });

  it('is moved ahead without having been asked to end', () => {
    const deadline = new Deadline(clock, clock.now() + 60_000).limitedBy(waits.begin('draining'));
    waits.moveAhead({ 'lame-duck': 0, draining: clock.now() + 2000 });
    expect(deadline.remainingMs).toBe(2000);
    expect(waits.isAsked('draining')).toBe(false);
    expect(told).toEqual([]);
  });
});
