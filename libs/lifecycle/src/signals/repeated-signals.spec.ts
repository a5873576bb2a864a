import { ManualClock } from '../../../../test/support/manual-clock.js';
import { guardHere, GUARD_MS, RepeatedSignals, WRAPPED_GUARD_MS } from './repeated-signals.js';

const SIGNAL = 'SIGUSR2';

describe('RepeatedSignals', () => {
  let clock: ManualClock;
  let repeats: RepeatedSignals;
  let raised: string[];
  let answers: boolean[];
  const listener = (): void => void answers.push(repeats.isMeant(SIGNAL));

  beforeEach(async () => {
    clock = new ManualClock();
    raised = [];
    answers = [];
    repeats = new RepeatedSignals({ clock, guardMs: guardHere }, (signal) => raised.push(signal));
    process.on(SIGNAL, listener);
    repeats.begin();
    await clock.advance(0);
  });

  afterEach(() => {
    repeats.stop();
    process.removeListener(SIGNAL, listener);
  });

  it('takes what comes within the guard for the first one, and what comes after it for a second one', async () => {
    repeats.arrive(SIGNAL);
    await clock.advance(GUARD_MS - 1);
    repeats.arrive(SIGNAL);
    await clock.advance(WRAPPED_GUARD_MS);
    repeats.arrive(SIGNAL);
    expect(answers).toEqual([false, false, true]);
  });

  it('takes what came while the event loop was blocked for the first one', async () => {
    clock.block(WRAPPED_GUARD_MS);
    // Node looks at timers first, and hears signals after them, in the same turn.
    const advanced = clock.advance(0);
    setImmediate(() => repeats.arrive(SIGNAL));
    await advanced;
    repeats.arrive(SIGNAL);
    expect(answers).toEqual([false, true]);
  });

  it('never takes what code emits for a second one', async () => {
    await clock.advance(WRAPPED_GUARD_MS);
    process.emit(SIGNAL, SIGNAL);
    expect(answers).toEqual([false]);
  });

  it('never does so before there is a first one, nor when the shutdown is over', async () => {
    await clock.advance(WRAPPED_GUARD_MS);
    repeats.stop();
    repeats.arrive(SIGNAL);
    expect(answers).toEqual([false]);
  });
});
