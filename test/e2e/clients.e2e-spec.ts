import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../support/event-loop.js';
import { CLIENT_KINDS } from '../support/client-kinds.js';
import { KINDS } from '../support/program-kinds.js';
import { type Program, startProgram } from '../support/program.js';
import { reportOf } from '../support/service.js';
import { killAfterTest } from '../support/started-programs.js';
import { TcpRouter } from '../support/tcp-router.js';

/** Ends when traffic has gone, so that the test does not depend on how fast the machine is. */
const lameDuck = { min: '100ms', max: '20s', quiet: '500ms' } as const;
const LOOPS = 4;

function start(nest: 11 | 12, adapter: string): Program {
  return startProgram('transfers', { nest, env: { ADAPTER: adapter, OPTIONS: JSON.stringify({ lameDuck }) } });
}

/** Clients of one kind that ask in a closed loop, and what they met. */
class ClosedLoops {
  answered = 0;
  readonly failures: string[] = [];
  private isStopped = false;
  private readonly done: Promise<unknown>;

  constructor(
    private readonly kind: string,
    private readonly url: string,
  ) {
    this.done = Promise.all(Array.from({ length: LOOPS }, () => this.run()));
    killAfterTest({ kill: async () => void this.stop() });
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.done;
  }

  private async run(): Promise<void> {
    const client = CLIENT_KINDS[this.kind]?.();
    if (client === undefined) throw new Error(`there is no client called ${this.kind}`);
    while (!this.isStopped) {
      await client.ask(this.url).then(
        () => (this.answered += 1),
        (error: unknown) => this.failures.push(`${this.kind}: ${String(error)} (${String((error as Error).cause)})`),
      );
      await sleep(1);
    }
    await client.close();
  }
}

describe.each(KINDS)('a rolling restart on Nest %i with %s', (nest, adapter) => {
  it('fails no request of the clients that people use, when new connections go elsewhere from the lame duck on', async () => {
    const [old, fresh] = [start(nest, adapter), start(nest, adapter)];
    const router = await TcpRouter.start(await old.url());
    const newUrl = await fresh.url();
    const loops = Object.keys(CLIENT_KINDS).map((kind) => new ClosedLoops(kind, router.url));
    const more = async (count: number): Promise<void> => {
      const goals = loops.map((loop) => loop.answered + count);
      const areMet = (): boolean =>
        loops.every((loop, n) => loop.failures.length > 0 || loop.answered >= (goals[n] ?? 0));
      await until('every client has been answered', areMet);
    };
    await more(10);
    old.signal('SIGTERM');
    await old.waitForLine(/phase: lame-duck/);
    await more(10);
    router.target = newUrl;
    const exit = await old.exit;
    await more(10);
    await Promise.all(loops.map((loop) => loop.stop()));
    expect(loops.flatMap(({ failures }) => failures)).toEqual([]);
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(reportOf(exit)).toMatchObject({ outcome: 'clean', requests: { refused: 0, interrupted: [] } });
  });
});
