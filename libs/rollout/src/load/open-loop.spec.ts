import { kindOf } from '../../../../test/support/load-world.js';
import { type Clock } from '../clock/clock.js';
import { OpenLoop } from './open-loop.js';

/** A starved machine: a timer fires when the test lets it, one at a time, however late. */
class StarvedClock implements Clock {
  #now = 5000;
  #timer: (() => void) | undefined;

  now(): number {
    return this.#now;
  }

  after(_ms: number, action: () => void): () => void {
    this.#timer = action;
    return () => (this.#timer = undefined);
  }

  meanwhile(ms: number, action: () => void): () => void {
    return this.after(ms, action);
  }

  /** The time goes on, and nothing runs. */
  block(ms: number): void {
    this.#now += ms;
  }

  /** The time goes on, and nothing runs but one timer. */
  turn(afterMs: number): void {
    this.block(afterMs);
    const timer = this.#timer;
    this.#timer = undefined;
    timer?.();
  }
}

/** One arrival every ten milliseconds. */
function loopOf(clock: Clock): { readonly loop: OpenLoop; readonly sent: number[] } {
  const sent: number[] = [];
  const kind = kindOf();
  const schedule = Array.from({ length: 1000 }, (_, index) => ({
    atMs: 10 * (index + 1),
    kind,
    client: 'fresh' as const,
  }));
  return { loop: new OpenLoop(schedule, clock, ({ atMs }) => void sent.push(atMs)), sent };
}

describe('OpenLoop', () => {
  it('sends in one turn all that are due, and says how many of them came late', () => {
    const clock = new StarvedClock();
    const { loop, sent } = loopOf(clock);
    clock.turn(2000);
    expect(sent).toHaveLength(200);
    expect(loop.pace).toEqual({ due: 200, late: 174, unsent: 0, latestMs: 1990 });
    clock.turn(10);
    expect(sent).toHaveLength(201);
    expect(loop.pace).toMatchObject({ due: 201, late: 174 });
  });

  it('sends the one that it waited for where its timer is a little early', () => {
    const clock = new StarvedClock();
    const { sent } = loopOf(clock);
    clock.turn(9.5);
    expect(sent).toEqual([10]);
  });

  it('counts as not sent what is late when it stops, and sends nothing more', () => {
    const clock = new StarvedClock();
    const { loop, sent } = loopOf(clock);
    clock.turn(100);
    clock.block(1000);
    loop.stop();
    loop.stop();
    expect(sent).toHaveLength(10);
    expect(loop.pace).toEqual({ due: 84, late: 0, unsent: 74, latestMs: 990 });
  });
});
