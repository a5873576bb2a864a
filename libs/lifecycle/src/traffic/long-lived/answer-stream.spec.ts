import { ManualClock } from '../../../../../test/support/manual-clock.js';
import { AnswerStream, type StreamEnd } from './answer-stream.js';
import { type Longevity } from './long-lived.decorator.js';

describe('an observable that answers a message', () => {
  let clock: ManualClock;
  let ends: StreamEnd[];

  beforeEach(() => {
    clock = new ManualClock();
    ends = [];
  });

  function create(longevity: Longevity, { readsSignal = false, shareMs = 20_000 } = {}): AnswerStream {
    const stream: AnswerStream = new AnswerStream({
      clock,
      longevity,
      readsSignal: () => readsSignal,
      shareMs: () => shareMs,
      end: (how) => {
        ends.push(how);
        stream.over();
      },
    });
    return stream;
  }

  async function talk(stream: AnswerStream, ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 100) {
      stream.emitted();
      await clock.advance(100);
    }
  }

  it('is ended at once when it is marked as endless, and only then', async () => {
    const stream = create('long-lived');
    stream.emitted();
    await clock.advance(60_000);
    expect(ends).toEqual([]);
    stream.leave();
    expect(ends).toEqual(['completed']);
  });

  it('has a second for its last words when its handler has asked for a signal', async () => {
    create('long-lived', { readsSignal: true }).leave();
    await clock.advance(999);
    expect(ends).toEqual([]);
    await clock.advance(1);
    expect(ends).toEqual(['completed']);
  });

  it('is waited for when it is marked as finite, whatever it says', async () => {
    const stream = create('finite');
    stream.emitted();
    stream.leave();
    await talk(stream, 60_000);
    expect(ends).toEqual([]);
  });

  it('is cut short when it has said nothing for all of the share that there is for departures', async () => {
    create('short').leave();
    await clock.advance(19_999);
    expect(ends).toEqual([]);
    await clock.advance(1);
    expect(ends).toEqual(['cut-short']);
  });

  it('is ended when it has said something and is silent for a second', async () => {
    const stream = create('short');
    stream.emitted();
    stream.leave();
    await clock.advance(999);
    expect(ends).toEqual([]);
    await clock.advance(1);
    expect(ends).toEqual(['completed']);
  });

  it('is ended a second after its first word, when that comes while the service leaves', async () => {
    const stream = create('short');
    stream.leave();
    await clock.advance(10_000);
    stream.emitted();
    await clock.advance(999);
    expect(ends).toEqual([]);
    await clock.advance(1);
    expect(ends).toEqual(['completed']);
  });

  it('may talk for five seconds, and is then cut short', async () => {
    const stream = create('short');
    stream.emitted();
    stream.leave();
    await talk(stream, 4900);
    expect(ends).toEqual([]);
    await talk(stream, 200);
    expect(ends).toEqual(['cut-short']);
  });

  it('may talk for no more than the share of the drain that there is for departures', async () => {
    const stream = create('short', { shareMs: 2000 });
    stream.emitted();
    stream.leave();
    await talk(stream, 1900);
    expect(ends).toEqual([]);
    await talk(stream, 200);
    expect(ends).toEqual(['cut-short']);
  });

  it('comes to its own end, and leaves no timer', async () => {
    const stream = create('short');
    stream.emitted();
    stream.leave();
    await talk(stream, 2000);
    stream.over();
    expect(clock.pendingTimers).toBe(0);
    await clock.advance(60_000);
    expect(ends).toEqual([]);
  });
});
