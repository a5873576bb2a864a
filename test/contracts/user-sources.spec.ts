import {
  type GracefulShutdownOptions,
  type LastWord,
  LifecycleError,
  type ShutdownReport,
  type SourceHandle,
  type Work,
  type WorkSource,
} from 'nestjs-lifecycle';
import { acceptsConnections } from '../../libs/lifecycle/src/traffic/wire/listener-handle.js';
import { turns, until, watch } from '../support/event-loop.js';
import { ADAPTERS, type HttpApp, startHttpApp } from '../support/http-app.js';

/** A source that notes what it is told, and has what the test gives it. */
class Notebook implements WorkSource {
  readonly name: string = 'orders';
  readonly steps: string[] = [];
  readonly works = new Set<Work>();
  ended = 0;
  handle: SourceHandle | undefined;

  get size(): number {
    return this.works.size;
  }

  active(): Iterable<Work> {
    return this.works;
  }

  begin(name: string): Work {
    const work = { kind: 'order', startedAt: performance.now(), describe: () => ({ name }) };
    this.works.add(work);
    return work;
  }

  over(work: Work): void {
    this.works.delete(work);
    this.ended += 1;
    this.handle?.changed();
  }

  leave(reason: Error): void {
    this.steps.push(`leave: ${reason.message}`);
  }

  async stopIntake(): Promise<void> {
    this.steps.push('stopIntake');
  }

  async beginDrain(): Promise<void> {
    this.steps.push('beginDrain');
  }

  async disconnect(): Promise<void> {
    this.steps.push('disconnect');
  }

  interrupt(reason: Error): void {
    this.steps.push(`interrupt: ${(reason as LifecycleError).code}`);
  }

  end(): void {
    this.steps.push('end');
  }

  terminate(): void {
    this.steps.push('terminate');
  }

  async close(): Promise<void> {
    this.steps.push('close');
  }

  async afterHooks(): Promise<void> {
    this.steps.push('afterHooks');
  }

  beforeDispose(): void {
    this.steps.push('beforeDispose');
  }

  async finish(): Promise<void> {
    this.steps.push('finish');
  }

  destroy(): void {
    this.steps.push('destroy');
  }

  lastWord(isFinal: boolean): LastWord {
    this.steps.push(`lastWord ${isFinal}`);
    return { refused: 2, closed: 1 };
  }
}

const fail = (): never => {
  throw new Error('broken on purpose');
};

describe.each(ADAPTERS)('a source of work of the application on %s', (adapter) => {
  const start = (options: GracefulShutdownOptions = {}): Promise<HttpApp> => startHttpApp(adapter, { options });

  async function closed({ app, shutdown }: HttpApp): Promise<ShutdownReport> {
    await app.close();
    const { report } = shutdown;
    if (report === undefined) throw new Error('there is no report');
    return report;
  }

  it('is in inFlight() and in progress() by its names, is waited for, and is in the report', async () => {
    const service = await start();
    const source = new Notebook();
    source.handle = service.shutdown.addSource(source);
    const works = ['order 1', 'order 2'].map((name) => source.begin(name));
    expect(service.shutdown.inFlight()).toMatchObject({
      total: 2,
      items: [
        { kind: 'order', name: 'order 1' },
        { kind: 'order', name: 'order 2' },
      ],
    });
    const closing = service.app.close();
    const close = watch(closing);
    await until('it drains', () => service.shutdown.phase === 'draining');
    await turns();
    expect(service.shutdown.progress().waitingFor).toEqual(['order 1', 'order 2']);
    expect(close.isSettled).toBe(false);
    for (const work of works) source.over(work);
    await closing;
    expect(service.shutdown.report).toMatchObject({
      outcome: 'clean',
      requests: { inFlightAtStart: 2, drained: 2, refused: 2, interrupted: [] },
      sources: [
        { name: 'orders', inFlightAtStart: 2, drained: 2, interrupted: 0, refused: 2, closed: 1, terminated: 0 },
      ],
    });
  });

  it('is told of every step, in order, and of no interruption where there is none', async () => {
    const service = await start();
    const source = new Notebook();
    service.shutdown.addSource(source);
    await closed(service);
    expect(source.steps).toEqual([
      'leave: The service is stopping: app.close().',
      ...['stopIntake', 'beginDrain', 'disconnect', 'close', 'afterHooks'],
      ...['beforeDispose', 'finish', 'destroy', 'lastWord true'],
    ]);
  });

  it('is interrupted when the time is up, then ended, then cut, and its work is named', async () => {
    const service = await start({ drainTimeout: '100ms' });
    const source = new Notebook();
    service.shutdown.addSource(source);
    source.begin('order 1');
    const report = await closed(service);
    expect(source.steps.slice(3)).toEqual([
      ...['interrupt: SHUTTING_DOWN', 'disconnect', 'end', 'terminate', 'close', 'afterHooks'],
      ...['beforeDispose', 'finish', 'destroy', 'lastWord true'],
    ]);
    expect(report).toMatchObject({
      outcome: 'interrupted',
      exitCode: 1,
      requests: { drained: 0, interrupted: [{ kind: 'order', name: 'order 1' }] },
      sources: [{ name: 'orders', inFlightAtStart: 1, drained: 0, interrupted: 1 }],
    });
  });

  it('need not tell that its count has changed', async () => {
    const service = await start();
    const source = new Notebook();
    service.shutdown.addSource(source);
    const work = source.begin('order 1');
    const closing = service.app.close();
    await until('it drains', () => service.shutdown.phase === 'draining');
    await until('its listener is closed', () => !acceptsConnections(service.server));
    await turns();
    // No changed(): the handle is not the source's.
    source.over(work);
    await closing;
    expect(source.steps).not.toContain('interrupt: SHUTTING_DOWN');
    expect(service.shutdown.report).toMatchObject({ outcome: 'clean', requests: { drained: 1 } });
  });

  it('stops its intake at the moment that it has chosen', async () => {
    const service = await start();
    const pull = new Notebook();
    const late = Object.assign(new Notebook(), { name: 'late', intake: 'idle' as const });
    service.shutdown.addSource(pull);
    late.handle = service.shutdown.addSource(late);
    const work = late.begin('upload');
    const closing = service.app.close();
    await until('it drains', () => service.shutdown.phase === 'draining');
    await turns();
    expect(pull.steps).toContain('stopIntake');
    expect(late.steps).not.toContain('stopIntake');
    late.over(work);
    await closing;
    expect(late.steps).toContain('stopIntake');
  });

  it('that is added during the drain is told what it has missed, and is waited for', async () => {
    const service = await start();
    const first = new Notebook();
    first.handle = service.shutdown.addSource(first);
    const work = first.begin('order 1');
    const closing = service.app.close();
    await until('it drains', () => service.shutdown.phase === 'draining');
    await turns();
    const second = Object.assign(new Notebook(), { name: 'late' });
    second.handle = service.shutdown.addSource(second);
    const other = second.begin('order 2');
    await turns();
    expect(second.steps.map((step) => step.split(':')[0])).toEqual(['leave', 'stopIntake', 'beginDrain']);
    first.over(work);
    const close = watch(closing);
    await turns();
    expect(close.isSettled).toBe(false);
    second.over(other);
    await closing;
    expect(service.shutdown.report).toMatchObject({ outcome: 'clean', requests: { drained: 2 } });
  });

  it('is none any more when it is undone, also at the end of a block', async () => {
    const service = await start();
    const source = new Notebook();
    source.begin('order 1');
    {
      using handle = service.shutdown.addSource(source);
      expect(handle).toBeInstanceOf(Function);
      expect(service.shutdown.inFlight().total).toBe(1);
    }
    expect(service.shutdown.inFlight().total).toBe(0);
    service.shutdown.addSource(source)();
    expect(await closed(service)).toMatchObject({ outcome: 'clean', sources: [] });
    expect(source.steps).toEqual([]);
  });

  it.each([
    ['of a name that another one has', 'orders', 'another name'],
    ['of the name of one of ours', 'tasks', 'another name'],
    ['without a name', ' ', "Type name = 'orders consumer'"],
    ['with a name that is no text', 42, "Type name = 'orders consumer'"],
  ])('%s is refused', async (_what, name, remedy) => {
    const { shutdown } = await start();
    shutdown.addSource(new Notebook());
    const add = (): SourceHandle => shutdown.addSource(Object.assign(new Notebook(), { name }));
    expect(add).toThrow(LifecycleError);
    expect(add).toThrow(remedy);
  });

  describe('that does harm', () => {
    const broken = (): Promise<never> => Promise.reject(new Error('broken on purpose'));
    const STEPS = ['leave', 'stopIntake', 'beginDrain', 'disconnect', 'close', 'afterHooks', 'finish', 'destroy'];

    it.each([
      ['throws', fail],
      ['rejects', broken],
    ])('in every step, and %s, is named and stops nothing else', async (_how, verb) => {
      const service = await start();
      const source = Object.assign(new Notebook(), Object.fromEntries(STEPS.map((step) => [step, verb])));
      const other = Object.assign(new Notebook(), { name: 'other' });
      service.shutdown.addSource(source);
      service.shutdown.addSource(other);
      const report = await closed(service);
      expect(report).toMatchObject({ outcome: 'failed', exitCode: 1 });
      const errors = STEPS.map((step) => ({
        origin: `${step}() of the source 'orders'`,
        message: 'broken on purpose',
        stack: expect.stringContaining('Error: broken on purpose\n    at ') as string,
      }));
      expect(report.errors).toEqual(errors);
      expect(other.steps.length).toBe(10);
    });

    it.each(['stopIntake', 'beginDrain', 'disconnect', 'close', 'afterHooks'])(
      'hangs in %s() is left there when the time is over, and is named',
      async (step) => {
        const service = await start({ drainTimeout: '150ms', hookBudget: '150ms' });
        const source = Object.assign(new Notebook(), { [step]: () => new Promise(() => undefined) });
        service.shutdown.addSource(source);
        const report = await closed(service);
        expect(report.outcome).toBe('failed');
        expect(report.errors.map(({ origin }) => origin)).toEqual([`${step}() of the source 'orders'`]);
      },
    );

    it.each([
      ['throws', { get: fail }],
      ['is no number', { value: 'three' }],
      ['is below nothing', { value: -1 }],
      ['is without an end', { value: Number.POSITIVE_INFINITY }],
      ['is a promise', { get: () => Promise.reject(new Error('too late')) }],
    ])('has a size that %s: what it has is unseen, and the end is not clean', async (_what, size) => {
      const service = await start();
      const source = new Notebook();
      Object.defineProperty(source, 'size', size);
      service.shutdown.addSource(source);
      expect(service.shutdown.inFlight().total).toBe(0);
      const report = await closed(service);
      expect(report).toMatchObject({ outcome: 'unverified', exitCode: 0 });
      expect(report.unseen).toContainEqual(expect.stringContaining("work of the source 'orders', whose size"));
      expect(report.unseen).toContainEqual(expect.stringContaining("acceptUnseen: ['sources']"));
    });

    it('lists what cannot be read, or nothing, is waited for all the same, by its own name', async () => {
      const service = await start();
      const source = new Notebook();
      const odd: unknown[] = [null, { kind: 7, startedAt: 'now', describe: () => 'x' }, { describe: fail }];
      Object.assign(source, { active: () => odd });
      Object.defineProperty(source, 'size', { value: 4, configurable: true });
      source.handle = service.shutdown.addSource(source);
      expect(service.shutdown.inFlight()).toMatchObject({ total: 4 });
      const names = service.shutdown.inFlight().items.map(({ name }) => name);
      expect(names.toSorted()).toEqual(['orders', 'orders', 'orders', 'work whose name cannot be read']);
      Object.defineProperty(source, 'size', { value: 0 });
      expect(await closed(service)).toMatchObject({ outcome: 'clean' });
    });

    it('lists work without an end is named as often as it has work', async () => {
      const { shutdown } = await start();
      const source = new Notebook();
      const work = source.begin('order 1');
      Object.assign(source, {
        *active() {
          for (;;) yield work;
        },
      });
      shutdown.addSource(source);
      expect(shutdown.inFlight().items.map(({ name }) => name)).toEqual(['order 1']);
      source.over(work);
    });

    it.each(['active', 'longLived'])(
      'lists in %s() what is no work, without an end, and is left there',
      async (list) => {
        const service = await start();
        const source = new Notebook();
        const work = source.begin('order 1');
        Object.assign(source, {
          *[list]() {
            for (;;) yield 'nonsense';
          },
        });
        source.handle = service.shutdown.addSource(source);
        expect(service.shutdown.inFlight().total).toBe(1);
        const ending = closed(service);
        source.over(work);
        expect((await ending).outcome).toBe('clean');
      },
    );

    it.each<[string, object, string]>([
      ['active()', { active: broken }, 'active()'],
      ['longLived()', { longLived: broken }, 'longLived()'],
      ['lastWord()', { lastWord: broken }, 'lastWord()'],
      ['describe() of its work', { active: () => [{ describe: broken }] }, 'active()'],
    ])('gives a promise in %s that rejects: the end is not clean', async (_what, members, named) => {
      const service = await start();
      const source = new Notebook();
      const work = source.begin('order 1');
      source.handle = service.shutdown.addSource(Object.assign(source, members));
      expect(service.shutdown.inFlight().items).toHaveLength(1);
      source.over(work);
      const report = await closed(service);
      expect(report.outcome).toBe('unverified');
      expect(report.unseen).toContainEqual(expect.stringContaining(`source 'orders', whose ${named} failed`));
    });
  });

  it('says itself what cannot be seen of its work', async () => {
    const service = await start();
    const source = new Notebook();
    Object.assign(source, { lastWord: () => ({ unseen: 'jobs that other processes of the pool run' }) });
    service.shutdown.addSource(source);
    const report = await closed(service);
    expect(report).toMatchObject({ outcome: 'unverified' });
    expect(report.unseen).toEqual([
      expect.stringContaining('jobs that other processes of the pool run cannot be seen'),
    ]);
  });
});
