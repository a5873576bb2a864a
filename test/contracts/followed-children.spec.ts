import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { join } from 'node:path';
import { type FollowOptions, type GracefulShutdownOptions, type ShutdownReport } from 'nestjs-lifecycle';
import { startLifecycle } from 'nestjs-lifecycle/standalone';
import { turns, until, watch } from '../support/event-loop.js';
import { Gate } from '../support/gate.js';
import { startHttpApp } from '../support/http-app.js';
import { root } from '../support/repository.js';
import { killAfterTest } from '../support/started-programs.js';

const FILE = join(root, 'test/support/followed-child.cjs');
type How = 'waits' | 'fails' | 'hangs' | 'defaults';

/** A child, and what it has said. */
interface Child<T extends ChildProcess | Worker> {
  readonly it: T;
  readonly said: string[];
}

async function started<T extends ChildProcess | Worker>(it: T, kill: () => unknown): Promise<Child<T>> {
  const said: string[] = [];
  const isGone = new Promise<void>((resolve) => it.once('exit', () => resolve()));
  killAfterTest({ kill: async () => void (await Promise.all([kill(), isGone])) });
  it.on('message', (message: unknown) => said.push(String(message)));
  await until('the child has started', () => said.includes('started'));
  return { it, said };
}

function forked(how: How): Promise<Child<ChildProcess>> {
  const child = fork(FILE, [how]);
  return started(child, () => child.kill('SIGKILL'));
}

function threaded(how: How): Promise<Child<Worker>> {
  const worker = new Worker(FILE, { workerData: how });
  return started(worker, () => worker.terminate());
}

function post(child: ChildProcess | Worker, message: string): void {
  if (!(child instanceof Worker)) return void child.send(message);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  child.postMessage(message);
}

/** What both hosts have. */
interface Service {
  readonly shutdown: Pick<
    ReturnType<typeof startLifecycle>,
    'follow' | 'inFlight' | 'phase' | 'plan' | 'progress' | 'track' | 'statistics'
  >;
  readonly close: () => Promise<ShutdownReport>;
}

async function startNest(options: GracefulShutdownOptions): Promise<Service> {
  const { app, shutdown } = await startHttpApp('express', { options });
  const close = async (): Promise<ShutdownReport> => {
    await app.close();
    if (shutdown.report === undefined) throw new Error('there is no report');
    return shutdown.report;
  };
  return { shutdown, close };
}

async function startAlone(options: GracefulShutdownOptions): Promise<Service> {
  const shutdown = startLifecycle({ ...options, logger: { info: () => 0, warn: () => 0, error: () => 0 } });
  killAfterTest({ kill: async () => void (await shutdown.close()) });
  return { shutdown, close: () => shutdown.close() };
}

const HOSTS = [
  ['Nest', startNest],
  ['the standalone engine', startAlone],
] as const;

const CHILDREN = [
  ['process', 'signal', forked, /^followed-child\.cjs \(pid \d+\)$/],
  ['thread', 'message', threaded, /^worker \(thread \d+\)$/],
] as const;

describe.each(HOSTS)('with %s', (_host, start) => {
  describe.each(CHILDREN)('a followed %s', (kind, told, child, name) => {
    it('is in flight while it runs, is told at the signal, waited for, and counted as drained', async () => {
      const { shutdown, close } = await start({});
      const { it, said } = await child('waits');
      shutdown.follow(it);
      expect(shutdown.inFlight()).toMatchObject({
        total: 1,
        items: [{ kind, name: expect.stringMatching(name) as string }],
      });
      expect(said).toEqual(['started']);
      const closing = close();
      const closed = watch(closing);
      await until('it is told', () => said.includes(`told by ${told}`));
      await turns();
      expect(closed.isSettled).toBe(false);
      expect(shutdown.progress().waitingFor).toEqual([expect.stringMatching(name)]);
      post(it, 'go');
      expect(await closing).toMatchObject({
        outcome: 'clean',
        exitCode: 0,
        sources: [{ name: 'child processes and threads', inFlightAtStart: 1, drained: 1, interrupted: 0 }],
      });
      expect(said).toEqual(['started', `told by ${told}`]);
    });

    it('is killed when the time is up, and named in the report', async () => {
      const { shutdown, close } = await start({ drainTimeout: '200ms' });
      const { it, said } = await child('hangs');
      const exit = once(it, 'exit');
      shutdown.follow(it, { name: 'renderer' });
      const report = await close();
      expect(said).toContain(`told by ${told}`);
      expect(await exit).toEqual(kind === 'process' ? [null, 'SIGKILL'] : [1]);
      expect(report).toMatchObject({
        outcome: 'interrupted',
        errors: [],
        requests: {
          drained: 0,
          interrupted: [{ kind, name: expect.stringMatching(/^renderer \((pid|thread) \d+\)$/) as string }],
        },
        sources: [{ name: 'child processes and threads', drained: 0, interrupted: 1 }],
      });
    });

    it('is killed when its own time is up: nothing waits for it any longer', async () => {
      const { shutdown, close } = await start({ gracePeriod: '1h', drainTimeout: '50m' });
      const { it } = await child('hangs');
      const exit = once(it, 'exit');
      shutdown.follow(it, { timeout: '100ms' });
      const report = await close();
      await exit;
      expect(report.requests.interrupted).toMatchObject([{ kind }]);
      expect(report.sources).toMatchObject([{ drained: 0, interrupted: 1 }]);
      expect(report.durationMs).toBeLessThan(3_000_000);
    });

    it('that ends with another exit code than 0 is an error of the report', async () => {
      const { shutdown, close } = await start({});
      const { it } = await child('fails');
      shutdown.follow(it, { name: 'renderer' });
      const report = await close();
      expect(report).toMatchObject({ outcome: 'failed', exitCode: 1, requests: { interrupted: [] } });
      expect(report.errors).toMatchObject([{ message: 'it ended with exit code 3, after it was told to stop.' }]);
      expect(report.errors[0]?.origin).toMatch(/renderer \((pid|thread) \d+\)$/);
    });

    it('that is followed while the service stops is told at once', async () => {
      const { shutdown, close } = await start({});
      const [first, second] = await Promise.all([child('waits'), child('waits')]);
      shutdown.follow(first.it);
      const closing = close();
      await until('the first is told', () => first.said.includes(`told by ${told}`));
      expect(second.said).toEqual(['started']);
      shutdown.follow(second.it);
      await until('the second is told', () => second.said.includes(`told by ${told}`));
      for (const { it } of [first, second]) post(it, 'go');
      expect(await closing).toMatchObject({ outcome: 'clean', sources: [{ drained: 2 }] });
    });

    it('is let alone once it is not followed any more', async () => {
      const { shutdown, close } = await start({});
      const { it, said } = await child('waits');
      const undo = shutdown.follow(it);
      undo();
      expect(shutdown.inFlight().total).toBe(0);
      expect(await close()).toMatchObject({ outcome: 'clean' });
      await turns();
      expect(said).toEqual(['started']);
    });

    it('that has ended before is not in flight, and how it ended is not told', async () => {
      const { shutdown, close } = await start({});
      const { it } = await child('fails');
      shutdown.follow(it);
      const exit = once(it, 'exit');
      post(it, 'shutdown');
      await exit;
      expect(shutdown.inFlight().total).toBe(0);
      shutdown.follow(it);
      expect(shutdown.inFlight().total).toBe(0);
      expect(await close()).toMatchObject({ outcome: 'clean', errors: [] });
    });
  });

  it('a process that does not listen ends by the signal, which is no failure; by another one it is', async () => {
    const { shutdown, close } = await start({});
    const [told, crashed] = await Promise.all([forked('defaults'), forked('waits')]);
    shutdown.follow(told.it);
    shutdown.follow(crashed.it, { name: 'crashed' });
    const closing = close();
    await until('it is told', () => crashed.said.includes('told by signal'));
    crashed.it.kill('SIGQUIT');
    const report = await closing;
    expect(report.errors).toMatchObject([{ message: 'it was ended by SIGQUIT, after it was told to stop.' }]);
    expect(told.it.signalCode).toBe('SIGTERM');
  });

  it('a process may be told by a message, or by another signal', async () => {
    const { shutdown, close } = await start({});
    const [messaged, signalled] = await Promise.all([forked('waits'), forked('waits')]);
    shutdown.follow(messaged.it, { message: 'shutdown' });
    shutdown.follow(signalled.it, { signal: 'SIGINT' });
    const closing = close();
    await until('it is told', () => messaged.said.includes('told by message'));
    messaged.it.send('go');
    expect(await closing).toMatchObject({ outcome: 'clean' });
    expect([signalled.it.signalCode, messaged.it.exitCode]).toEqual(['SIGINT', 0]);
  });

  it('one that work in flight needs is told when that work is over', async () => {
    const { shutdown, close } = await start({});
    const { it, said } = await threaded('waits');
    shutdown.follow(it, { intake: 'drain' });
    const gate = new Gate();
    void shutdown.track('a page', () => gate.pass());
    const closing = close();
    await until('it drains', () => shutdown.phase === 'draining');
    await turns();
    expect(said).toEqual(['started']);
    gate.open();
    await until('it is told', () => said.includes('told by message'));
    post(it, 'go');
    expect(await closing).toMatchObject({ outcome: 'clean' });
  });

  it('a message that cannot be sent is an error of the report, and the thread is killed in its time', async () => {
    const { shutdown, close } = await start({});
    const { it } = await threaded('hangs');
    const exit = once(it, 'exit');
    const message: object = { call: () => undefined };
    shutdown.follow(it, { message, timeout: '50ms' });
    const report = await close();
    await exit;
    expect(report).toMatchObject({ outcome: 'failed', requests: { interrupted: [{ kind: 'thread' }] } });
    expect(report.errors[0]?.origin).toMatch(/^telling the worker \(thread \d+\)$/);
  });

  it('a service without any stops as it always has', async () => {
    const { shutdown, close } = await start({});
    expect(shutdown.plan().filter(({ name }) => name.startsWith('child'))).toEqual([]);
    const nowhere = spawn('/nowhere/to/be/found');
    nowhere.on('error', () => undefined);
    shutdown.follow(nowhere);
    expect(shutdown.inFlight().total).toBe(0);
    expect(await close()).toMatchObject({ outcome: 'clean', sources: [] });
  });

  it('with enabled: false nothing is told', async () => {
    const { shutdown, close } = await start({ enabled: false });
    const { it, said } = await forked('waits');
    shutdown.follow(it);
    await close();
    await turns();
    expect([said, it.exitCode, it.signalCode]).toEqual([['started'], null, null]);
  });

  it('refuses what it cannot follow, and says what to type', async () => {
    const { shutdown } = await start({});
    const thread = (await threaded('waits')).it;
    const process = spawn('sleep', ['1000']);
    killAfterTest({ kill: async () => void process.kill('SIGKILL') });
    const refused: [ChildProcess | Worker, FollowOptions, RegExp][] = [
      [{} as Worker, {}, /allowed: a ChildProcess .* or a Worker .* Type follow\(fork/],
      [process, { timout: '5s' } as FollowOptions, /the option timout; allowed: name, signal/],
      [process, { timeout: 'soon' as '5s' }, /timeout 'soon'; allowed: a duration above 0/],
      [process, { name: ' ' }, /name ' '; allowed: a name/],
      [process, { signal: 'SIGSOON' as 'SIGTERM' }, /signal 'SIGSOON'; allowed: the name of a signal/],
      [process, { message: 'shutdown' }, /a message for a process without a channel/],
      [process, { intake: 'later' as 'drain' }, /intake 'later'; allowed: 'lame-duck', 'drain'/],
      [thread, { signal: 'SIGTERM' }, /a signal for a thread; allowed: a message/],
    ];
    for (const [child, options, message] of refused) {
      expect(() => shutdown.follow(child, options)).toThrow(message);
    }
    expect(shutdown.inFlight().total).toBe(0);
  });
});
