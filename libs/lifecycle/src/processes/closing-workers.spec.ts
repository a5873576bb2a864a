import { type ClosingAnswer } from '../parent/parent-messages.js';
import { ClosingWorkers, type ClosingWorker } from './closing-workers.js';

class FakeWorker implements ClosingWorker {
  readonly answers: ClosingAnswer[] = [];

  constructor(
    readonly hasLibrary = true,
    private readonly port = 80,
  ) {}

  listensOn(port: number): boolean {
    return port === this.port;
  }

  answer(_question: unknown, answer: ClosingAnswer): void {
    this.answers.push(answer);
  }
}

describe('workers that are about to close a port', () => {
  let running: FakeWorker[];
  let isStopping: boolean;
  let closed: number[];
  let canClose: boolean;
  let workers: ClosingWorkers;
  let asked = 0;
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const ask = async (worker: FakeWorker): Promise<void> => {
    workers.ask(worker, { port: 80, id: (asked += 1) });
    await settled();
  };

  beforeEach(() => {
    running = [new FakeWorker(), new FakeWorker()];
    [isStopping, canClose, closed] = [true, true, []];
    workers = new ClosingWorkers({
      running: () => running,
      isStopping: () => isStopping,
      close: async (port) => {
        closed.push(port);
        return canClose;
      },
    });
  });

  it('wait for each other, and the port is closed once', async () => {
    const [first, second] = running as [FakeWorker, FakeWorker];
    await ask(first);
    expect([first.answers, closed]).toEqual([[], []]);
    await ask(second);
    expect([first.answers, second.answers, closed]).toEqual([['closed'], ['closed'], [80]]);
    await ask(second);
    expect([second.answers, closed]).toEqual([['closed', 'closed'], [80]]);
  });

  it('do not wait for one that listens elsewhere, or has ended', async () => {
    const [first] = running as [FakeWorker];
    running[1] = new FakeWorker(true, 81);
    await ask(first);
    expect(first.answers).toEqual(['closed']);
    const [third, fourth] = [new FakeWorker(), new FakeWorker()];
    running = [third, fourth];
    workers.ask(third, { port: 80, id: 9 });
    running = [third];
    workers.ended();
    await settled();
    expect(third.answers).toEqual(['closed']);
  });

  it.each([
    ['while others go on', (): void => void (isStopping = false)],
    ['where one has not this library', (): void => void (running[1] = new FakeWorker(false))],
  ])('close by themselves %s', async (_when, change) => {
    const [first] = running as [FakeWorker];
    change();
    await ask(first);
    expect([first.answers, closed]).toEqual([['open'], []]);
  });

  it('close by themselves where the primary cannot close the port', async () => {
    canClose = false;
    for (const worker of running) await ask(worker);
    expect(running.map(({ answers }) => answers)).toEqual([['open'], ['open']]);
  });
});
