import { TestClock } from './test-clock.js';

describe('TestClock', () => {
  it('reaches what this tick has begun, however long the tick takes', async () => {
    const clock = new TestClock();
    const fired: string[] = [];
    void Promise.resolve().then(() => {
      const begun = clock.now();
      // As on a machine that stands still for a moment.
      while (clock.now() - begun < 2);
      clock.after(1000, () => fired.push('a second after'));
    });
    await clock.advance('1s');
    expect(fired).toEqual(['a second after']);
    clock.stop();
  });
});
