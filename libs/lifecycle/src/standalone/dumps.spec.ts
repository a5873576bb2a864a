import { processListeners } from '../../../../test/support/process-listeners.js';
import { startLifecycle } from './index.js';

/** A logger that resolves once a line has come. */
class Lines {
  readonly all: string[] = [];
  readonly #waiting: { readonly text: RegExp; readonly resolve: () => void }[] = [];
  readonly debug = (line: unknown): void => this.#keep(String(line));
  readonly info = (line: unknown): void => this.#keep(String(line));
  readonly warn = (line: unknown): void => this.#keep(`warn ${String(line)}`);
  readonly error = (line: unknown): void => this.#keep(`error ${String(line)}`);

  come(text: RegExp): Promise<void> {
    if (this.all.some((line) => text.test(line))) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ text, resolve }));
  }

  #keep(line: string): void {
    this.all.push(line);
    for (const { text, resolve } of this.#waiting) if (text.test(line)) resolve();
  }
}

describe('a service without Nest that is asked what it is doing', () => {
  it('says so at the signal, also where a source of work cannot say it; and takes its listener off', async () => {
    const before = processListeners();
    const lines = new Lines();
    await using lifecycle = startLifecycle({ logger: lines, dump: 'SIGUSR2' });
    const task = lifecycle.track('import of orders');
    lifecycle.addSource({
      name: 'broken',
      size: 1,
      ended: 0,
      active: () => {
        throw new Error('out of order');
      },
    });
    await lines.come(/phase ready/);
    // As Node calls the listeners of a signal: the process of a test is not the one that gets it.
    process.emit('SIGUSR2', 'SIGUSR2');
    await lines.come(/dump: event loop: busy for/);
    expect(lines.all).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/dump: pid \d+, phase ready: \d in flight, 0 hooks running, 0 of 0 done, budget 28s/),
        expect.stringMatching(/dump: in flight: import of orders \(task\), for \d+ms/),
      ]),
    );
    task.done();
    await lifecycle.forceClose();
    await lifecycle.close();
    expect(processListeners()).toEqual(before);
  });

  it('listens to nothing where that was not asked for', async () => {
    const lines = new Lines();
    await using lifecycle = startLifecycle({ logger: lines });
    await lines.come(/phase ready/);
    expect(process.listenerCount('SIGUSR2')).toBe(0);
    await lifecycle.close();
  });
});
