import { setImmediate } from 'node:timers/promises';
import { atOnce } from './at-once.js';

describe('tasks, a few at once', () => {
  it('run no more at once, and come back in their order', async () => {
    let running = 0;
    const most: number[] = [];
    const tasks = [5, 1, 3, 2].map((turns) => async () => {
      running += 1;
      most.push(running);
      for (let turn = 0; turn < turns; turn += 1) await setImmediate();
      running -= 1;
      return turns;
    });
    expect(await atOnce(2, tasks)).toEqual([5, 1, 3, 2]);
    expect(Math.max(...most)).toBe(2);
  });

  it('reject with the first that fails', async () => {
    await expect(atOnce(2, [() => Promise.reject(new Error('broken'))])).rejects.toThrow('broken');
  });
});
