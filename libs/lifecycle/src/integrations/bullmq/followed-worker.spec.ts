import { ManualClock } from '../../../../../test/support/manual-clock.js';
import { InFlightWork } from '../../in-flight/in-flight-work.js';
import { type InFlightItem } from '../../in-flight/work.js';
import { JobSource } from '../jobs/job-source.js';
import { type Job, type Worker } from './bullmq-parts.js';
import { FollowedWorker } from './followed-worker.js';

describe('FollowedWorker', () => {
  let clock: ManualClock;
  let source: JobSource;
  /** What the worker and its jobs were told. */
  let told: string[];
  let givenBack: InFlightItem[];
  let failed: string[];
  let worker: Worker;
  let followed: FollowedWorker;

  beforeEach(() => {
    clock = new ManualClock();
    source = new JobSource('bullmq', 'mails', { clock, inFlight: new InFlightWork() });
    told = [];
    givenBack = [];
    failed = [];
    const tell = (what: string) => async (): Promise<void> => void told.push(what);
    worker = {
      name: 'mails',
      waiting: Promise.resolve(),
      backend: { disconnectBlocking: tell('disconnect') },
      pause: tell('pause'),
      close: tell('close'),
      cancelAllJobs: (reason: string) => told.push(`cancel: ${reason}`),
    };
    followed = new FollowedWorker(worker, source, {
      clock,
      onGivenBack: (item) => givenBack.push(item),
      onFailed: (what) => failed.push(what),
    });
  });

  const job = (id: string, more: Record<string, unknown> = {}): Job => ({
    id,
    name: 'welcome',
    token: `token ${id}`,
    moveToCompleted: () => undefined,
    moveToWait: async (token: string) => {
      told.push(`back: ${id}, ${token}`);
      return 0;
    },
    ...more,
  });
  const names = (): (string | undefined)[] => [...source.active()].map((work) => work.describe().correlationId);

  it('counts a job from its arrival to its end in Redis, and the next one before that', async () => {
    const [first, next] = [job('1'), job('2')];
    expect(await followed.take(() => followed.arrive(() => first))).toBe(first);
    expect(names()).toEqual(['1']);
    await followed.process(first, 'token 1', () => followed.arrive(() => next));
    expect(names()).toEqual(['2']);
    await followed.process(next, 'token 2', () => undefined);
    expect([source.size, source.ended]).toEqual([0, 2]);
  });

  it('counts nothing where there was no job', async () => {
    expect(await followed.take(() => followed.arrive(() => undefined))).toBeUndefined();
    expect(source.size).toBe(0);
  });

  it('stops without waiting for what runs, and ends the wait for a job', async () => {
    void followed.process(job('1'), 'token 1', () => new Promise(() => undefined));
    followed.stop();
    expect(told).toEqual(['pause', 'disconnect']);
    expect(names()).toEqual(['1']);
  });

  it('gives back what it has taken and not begun, and begins none of it', async () => {
    const taken = job('1');
    await followed.arrive(() => taken);
    followed.stop();
    await clock.advance(0);
    expect(told).toContain('back: 1, token 1');
    expect(source.size).toBe(0);
    let hasBegun = false;
    await followed.process(taken, 'token 1', () => (hasBegun = true));
    expect(hasBegun).toBe(false);
  });

  it('gives back what arrives when it has stopped, and is in flight until then', async () => {
    let answer: (job: Job) => void = () => undefined;
    const asked = new Promise((resolve) => (answer = resolve));
    const taking = followed.take(() => followed.arrive(() => asked));
    followed.stop();
    expect(source.size).toBe(1);
    answer(job('1'));
    expect(await taking).toBeUndefined();
    expect(told).toContain('back: 1, token 1');
    expect(source.size).toBe(0);
  });

  it('works on what cannot be given back', async () => {
    followed.stop();
    const stubborn = job('1', { moveToWait: () => Promise.reject(new Error('on purpose')) });
    expect(await followed.arrive(() => stubborn)).toBe(stubborn);
    expect(names()).toEqual(['1']);
    expect(await followed.process(stubborn, 'token 1', () => 'done')).toBe('done');
    expect([source.size, failed]).toEqual([0, ['giving a job back to its queue']]);
  });

  it('gives back a job that fails when it was asked to end, and names it', async () => {
    const late = job('1');
    const work = followed.process(late, 'token 1', () =>
      followed.callProcessor(late, 'token 1', async () => {
        followed.interrupt(new Error('the time is up'));
        throw new Error('aborted');
      }),
    );
    // BullMQ takes an error of this name for a job that is elsewhere.
    await expect(work).rejects.toMatchObject({ name: 'DelayedError' });
    expect(told).toEqual(['cancel: the time is up', 'back: 1, token 1']);
    expect(givenBack).toMatchObject([{ kind: 'job', name: 'mails: welcome', correlationId: '1' }]);
  });

  it.each([
    ['before it was asked to end', false, new Error('on purpose')],
    ['for good', true, Object.assign(new Error('on purpose'), { name: 'UnrecoverableError' })],
  ])('leaves a job alone that fails %s', async (_when, isAsked, error) => {
    if (isAsked) followed.interrupt(new Error('the time is up'));
    const call = followed.callProcessor(job('1'), 'token 1', () => Promise.reject(error));
    await expect(call).rejects.toBe(error);
    expect(givenBack).toEqual([]);
  });

  it('gives back what is cut, and then ends the worker by force; by itself it only closes it', async () => {
    void followed.process(job('1'), 'token 1', () => new Promise(() => undefined));
    await followed.terminate();
    expect(told).toEqual(['back: 1, token 1', 'close']);
    await followed.close();
    expect(told).toEqual(['back: 1, token 1', 'close', 'close']);
  });

  it('uses what older versions have to give a job back', async () => {
    followed.stop();
    const delayed: unknown[] = [];
    const old = job('1', { moveToWait: undefined, moveToDelayed: (...args: unknown[]) => void delayed.push(args[1]) });
    expect(await followed.arrive(() => old)).toBeUndefined();
    expect(delayed).toEqual(['token 1']);
  });
});
