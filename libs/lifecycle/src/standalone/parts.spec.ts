import { EcsAgent, GIVEN_BACK, PROTECTED } from '../../../../test/support/ecs-agent.js';
import { Gate } from '../../../../test/support/gate.js';
import { type Lifecycle, startLifecycle, type TimedEvent } from './index.js';

const silent = (): void => undefined;
let lifecycle: Lifecycle;

function start(options: Parameters<typeof startLifecycle>[0] = {}, warn: (line: unknown) => void = silent): Lifecycle {
  lifecycle = startLifecycle({ logger: { debug: silent, info: silent, warn, error: silent }, ...options });
  return lifecycle;
}

afterEach(async () => {
  await lifecycle.close();
});

describe('events without RxJS', () => {
  it('are told to a function, in order, until it is taken off; what it throws is logged and harms nothing', async () => {
    const [told, early]: [string[], string[]] = [[], []];
    const warnings: unknown[] = [];
    start({}, (line: unknown) => void warnings.push(String(line)));
    const undo = lifecycle.onEvent(({ type }) => void early.push(type));
    lifecycle.onEvent(() => {
      undo();
      throw new Error('broken listener');
    });
    lifecycle.onEvent(({ type }) => void told.push(type));
    lifecycle.register('cache', { close: silent });
    const { outcome } = await lifecycle.close();
    expect(outcome).toBe('clean');
    expect(early).toHaveLength(1);
    const [first] = told;
    expect(told.slice(told.indexOf('hook-started'))).toEqual([
      'hook-started',
      'hook-settled',
      'resource-settled',
      'phase-changed',
      'shutdown-ended',
    ]);
    expect(first).toBe('shutdown-started');
    expect(warnings).toEqual([expect.stringContaining('broken listener')]);
  });

  it('are a loop that ends by itself, and begins with the first turn', async () => {
    start();
    const events: TimedEvent[] = [];
    const read = (async () => {
      for await (const event of lifecycle.events()) events.push(event);
    })();
    await lifecycle.close();
    await read;
    const types = events.map(({ type }) => type);
    expect([types.at(0), types.at(-1)]).toEqual(['shutdown-started', 'shutdown-ended']);
    expect(events.every(({ atMs }, index) => atMs >= (events[index - 1]?.atMs ?? 0))).toBe(true);
    // It is over.
    for await (const event of lifecycle.events()) throw new Error(`${event.type} came behind the end`);
  });
});

describe('background tasks', () => {
  it('are waited for, or cancelled at the end, and start again after a failure', async () => {
    start();
    const gate = new Gate();
    const steps: string[] = [];
    lifecycle.tasks.run('rebuild', async () => {
      await gate.pass();
      steps.push('rebuilt');
    });
    const poll = lifecycle.tasks.run(
      'poll',
      (signal) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())),
      { onShutdown: 'cancel' },
    );
    let runs = 0;
    const flaky = lifecycle.tasks.run(
      'flaky',
      () => {
        runs += 1;
        if (runs === 1) throw new Error('not yet');
      },
      { restart: { backoff: { initial: 1 } } },
    );
    expect(await flaky.ended).toMatchObject({ state: 'finished', restarts: 1 });
    lifecycle.onShutdown(() => steps.push('hook'));
    expect(lifecycle.inFlight().tasks).toBe(2);
    const closed = lifecycle.close();
    expect(await poll.ended).toMatchObject({ state: 'stopped' });
    gate.open();
    expect((await closed).outcome).toBe('clean');
    expect(steps).toEqual(['rebuilt', 'hook']);
  });
});

describe('ecsTaskProtection', () => {
  it('protects the task while work runs, and gives that back at the end', async () => {
    const agent = new EcsAgent();
    await agent.start();
    start({ ecsTaskProtection: true });
    const called = agent.next();
    const task = lifecycle.track('import');
    await called;
    expect(agent.asked).toEqual([PROTECTED]);
    task.done();
    const { outcome } = await lifecycle.close();
    expect({ outcome, asked: agent.asked }).toEqual({ outcome: 'clean', asked: [PROTECTED, GIVEN_BACK] });
    await agent.stop();
  });
});
